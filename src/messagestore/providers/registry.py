"""The providers by name: a new one is one line in `_PROVIDERS`, or a mapping file of the user."""

import re
from collections.abc import Mapping
from pathlib import Path

from messagestore.errors import InvalidSettings
from messagestore.providers.baileys import Baileys
from messagestore.providers.builderbot import BuilderBot
from messagestore.providers.discord import Discord
from messagestore.providers.evolution import Evolution
from messagestore.providers.generic import GenericProvider, load_mapping
from messagestore.providers.provider import Provider
from messagestore.providers.slack import Slack
from messagestore.providers.telegram import Telegram
from messagestore.providers.twilio import Twilio
from messagestore.providers.waha import Waha
from messagestore.providers.whatsapp_cloud import WhatsAppCloud

_PROVIDERS: tuple[Provider, ...] = (
    Baileys(),
    BuilderBot(),
    Discord(),
    Evolution(),
    GenericProvider.of_columns(),
    Slack(),
    Telegram(),
    Twilio(),
    Waha(),
    WhatsAppCloud(),
)

_BUILT_IN = {provider.name: provider for provider in _PROVIDERS}
_BY_NAME = dict(_BUILT_IN)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


def add_mappings(files: Mapping[str, Path]) -> None:
    """Make providers of mapping files, under these names, for this process.

    Raises InvalidSettings for a name that cannot be used, and for a file that cannot be read.
    """
    for name in files:
        if name in _BUILT_IN or not _NAME.fullmatch(name):
            sentence = "must be lower-case letters, digits and _, and no provider that is built in"
            raise InvalidSettings(f"provider_mappings: a name {sentence}")
    _BY_NAME.update(
        {name: GenericProvider(name, load_mapping(file)) for name, file in files.items()}
    )


def secrets_of(name: str) -> frozenset[str]:
    """Return the keys that a provider's mapping file names as secrets, beside the usual ones."""
    provider = _BY_NAME.get(name)
    return provider.secrets if isinstance(provider, GenericProvider) else frozenset()


def has_provider(name: str) -> bool:
    """Whether there is a provider of that name."""
    return name in _BY_NAME


def provider_names() -> tuple[str, ...]:
    """Return the names of all providers, sorted."""
    return tuple(sorted(_BY_NAME))


def get_provider(name: str) -> Provider:
    """Return the provider of that name; raises InvalidSettings that lists the known names."""
    provider = _BY_NAME.get(name)
    if provider is None:
        known = ", ".join(provider_names())
        raise InvalidSettings(f"no provider has that name; known are {known}")
    return provider
