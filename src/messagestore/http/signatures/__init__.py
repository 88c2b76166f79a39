"""Signatures: whether a webhook comes from whom it says. One module a scheme, all of them pure."""

from collections.abc import Callable, Mapping, Sequence

from messagestore.http.signatures import (
    discord,
    evolution,
    meta,
    shared_secret,
    slack,
    telegram,
    twilio,
    waha,
)
from messagestore.http.signatures.request import SignedRequest

Scheme = Callable[[SignedRequest, str], bool]
"""Whether a request is signed with a secret."""

_SCHEMES: Mapping[str, Scheme] = {
    "discord": discord.is_signed,
    "evolution": evolution.is_signed,
    "slack": slack.is_signed,
    "telegram": telegram.is_signed,
    "twilio": twilio.is_signed,
    "waha": waha.is_signed,
    "whatsapp_cloud": meta.is_signed,
}

COVERING_URL = frozenset({"twilio"})
"""The providers that sign the URL: to others it need not be told, as finding it takes work."""


def is_genuine(provider: str, request: SignedRequest, secrets: Sequence[str]) -> bool:
    """Whether a request is signed with one of the secrets."""
    scheme = _SCHEMES.get(provider, shared_secret.is_signed)
    return any(scheme(request, secret) for secret in secrets)


__all__ = ["COVERING_URL", "SignedRequest", "is_genuine"]
