"""Kept payloads: what a provider sent and an adapter could not use, for a later adapter."""

from typing import Self

import msgspec

from messagestore.providers import secrets_of
from messagestore.providers.redaction import body_without_secrets


class KeptPayload(msgspec.Struct, frozen=True, kw_only=True, tag="payload"):
    """A payload in the quarantine, without credentials."""

    provider: str
    account: str | None
    body: bytes

    @classmethod
    def of(cls, provider: str, account: str | None, body: bytes) -> Self:
        """Return the payload as it is kept."""
        kept = body_without_secrets(body, also=secrets_of(provider))
        return cls(provider=provider, account=account, body=kept)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(KeptPayload)


def encode_payload(payload: KeptPayload) -> bytes:
    """Return the payload as JSON; the body stands in base64."""
    return _encoder.encode(payload)


def decode_payload(data: bytes) -> KeptPayload | None:
    """Read a payload back; None for what is none."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
