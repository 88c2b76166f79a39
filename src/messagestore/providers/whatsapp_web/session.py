"""One login to WhatsApp: whose account it is, and who hands its messages over."""

import hashlib
import json
import re
from typing import Any, Self

import msgspec

from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import checked_identifier, present
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.addresses import plain

_OF_META = re.compile(r"wamid\..+", re.ASCII | re.DOTALL)
"""Ids that are unique by themselves: Evolution API passes the Cloud API on too."""


class Session(msgspec.Struct, kw_only=True, frozen=True):
    """What all messages of one payload share; `account` is the bot's own number."""

    provider: str
    account: str
    name: str | None = None

    @classmethod
    def of(cls, provider: str, *accounts: str | None, name: str | None = None) -> Self:
        """Return the session of the first account that is named. Raises InvalidMessage."""
        found = next((plain(account) for account in accounts if account), UNKNOWN_PARTY)
        return cls(provider=provider, account=checked_identifier(found, "account"), name=name)

    def message_id(self, chat: str, found: str) -> str:
        """Return an id in its globally unique form. Raises InvalidMessage for one too long."""
        if _OF_META.fullmatch(found):
            return checked_identifier(found, "message_id")
        return checked_identifier(f"whatsapp:{self.account}:{chat}:{found}", "message_id")

    def metadata(self) -> dict[str, Any]:
        """Return what of it belongs into the metadata of each message."""
        return present(provider=self.provider, session=self.name)


def digest(part: JsonObject) -> str:
    """Return an id for what has none: the same object twice is the same thing."""
    canonical = json.dumps(part, sort_keys=True, ensure_ascii=True).encode()
    return f"sha256-{hashlib.sha256(canonical).hexdigest()[:32]}"
