"""Addresses: a number, or a channel's prefix and what names a person there.

=====================================  ==========================================================
address                                what is stored
=====================================  ==========================================================
``+12025550171`` (SMS, MMS)            as it is: E.164
``whatsapp:+12025550171``              the digits, as WhatsApp's own API has them
``whatsapp:US.1349…``                  ``US.1349…``, the id of a person who hides their number
``rcs:+12025550171``                   ``+12025550171``: RCS falls back to SMS, in one conversation
``rcs:agent``, ``messenger:…``, …      as it is
=====================================  ==========================================================
"""

import re

from messagestore.providers.fields import identifier
from messagestore.providers.payload import JsonObject

SMS = "sms"

_PREFIXED = re.compile(r"([A-Za-z]\w{1,19}):(.+)", re.ASCII | re.DOTALL)
_PHONE = re.compile(r"\+[\d ().-]*\d", re.ASCII)


def channel_of(address: str) -> str:
    """Return the channel of an address: `whatsapp`, `rcs`, `messenger`; without one it is `sms`."""
    prefixed = _PREFIXED.fullmatch(address)
    return prefixed[1].lower() if prefixed else SMS


def plain(address: str) -> str:
    """Return whom an address names, in the form of docs/reference/identifiers.md."""
    prefixed = _PREFIXED.fullmatch(address)
    named = prefixed[2] if prefixed else address
    digits = re.sub(r"\D", "", named) if _PHONE.fullmatch(named) else None
    match channel_of(address):
        case "whatsapp":
            return digits or named
        case "rcs" | "sms" if digits:
            return f"+{digits}"
        case _:
            return address


def named(part: JsonObject, *path: str) -> str | None:
    """Return whom the address at that path names."""
    found = identifier(part, *path)
    return plain(found) if found else None
