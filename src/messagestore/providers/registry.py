"""The providers by name: a new one is one line in `_PROVIDERS`."""

from messagestore.errors import InvalidSettings
from messagestore.providers.baileys import Baileys
from messagestore.providers.builderbot import BuilderBot
from messagestore.providers.discord import Discord
from messagestore.providers.evolution import Evolution
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
    Slack(),
    Telegram(),
    Twilio(),
    Waha(),
    WhatsAppCloud(),
)

_BY_NAME = {provider.name: provider for provider in _PROVIDERS}


def provider_names() -> tuple[str, ...]:
    """Return the names of all providers, sorted."""
    return tuple(sorted(_BY_NAME))


def get_provider(name: str) -> Provider:
    """Return the provider of that name; raises InvalidSettings that lists the known names."""
    try:
        return _BY_NAME[name]
    except KeyError:
        known = ", ".join(provider_names())
        raise InvalidSettings(f"no provider has that name; known are {known}") from None
