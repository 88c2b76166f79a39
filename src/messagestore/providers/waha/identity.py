"""WAHA's ids: `{fromMe}_{chat}_{id}`, in groups with `_{participant}` after it, or `{id}` alone.

What a send answers has no participant where the receipts of the same message have one, and edits
and deletions name what they are about by the `{id}` alone: only that, and the chat, identify it.
"""

import re
from typing import Self

import msgspec

from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import child, identifier
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.addresses import plain
from messagestore.providers.whatsapp_web.session import Session

_SERIALIZED = re.compile(
    r"(?:true|false)_(?P<chat>[^_@]+@[^_@]+)_(?P<id>.+?)"
    r"(?:_(?P<participant>[^_@]+@[^_@]+|out|in))?",
    re.DOTALL,
)


class WahaId(msgspec.Struct, kw_only=True, frozen=True):
    """The parts of an id; addresses are plain."""

    id: str
    chat: str | None = None
    participant: str | None = None

    @classmethod
    def of(cls, part: JsonObject, *path: str) -> Self | None:
        """Read the id at that path, which WEBJS may write as an object with `_serialized`.

        Raises InvalidMessage for an id of a wrong type.
        """
        found = identifier(child(part, *path), "_serialized") or identifier(part, *path)
        match = _SERIALIZED.fullmatch(found) if found else None
        if match is None:
            return cls(id=found) if found else None
        told = match["participant"]
        participant = plain(told) if told and "@" in told else None
        return cls(id=match["id"], chat=plain(match["chat"]), participant=participant)

    def message_id(self, session: Session, chat: str | None = None) -> str:
        """Return the globally unique id, in that chat where the id itself names none."""
        return session.message_id(self.chat or chat or UNKNOWN_PARTY, self.id)
