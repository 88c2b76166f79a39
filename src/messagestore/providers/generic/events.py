"""A part of a payload becomes the event that the mapping says."""

from typing import Any

import msgspec

from messagestore.errors import InvalidMessage
from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    StatusChanged,
)
from messagestore.message import (
    NOTES_KEY,
    UNKNOWN_PARTY,
    ContextType,
    Direction,
    NewMessage,
    Status,
)
from messagestore.providers.fields import clean
from messagestore.providers.generic.columns import REQUIRED, converted
from messagestore.providers.generic.mapping import EventMapping, Mapping
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.whatsapp_web.session import digest


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One body, and what is known of it from elsewhere."""

    provider: str
    account: str | None
    mapping: Mapping
    root: Any

    def event(self, mapped: EventMapping, part: JsonObject) -> Event:
        """Return the event of a part; raises InvalidMessage where it lacks what it must have."""
        found = self._columns(mapped, part)
        if mapped.kind == "status" and not isinstance(found.get("status"), Status):
            return Ignored(reason="a status that the mapping does not name", unknown=True)
        for column in REQUIRED[mapped.kind]:
            if found.get(column) is None:
                raise InvalidMessage(f"{column} is missing", field=column)
        return self._made(mapped, part, found)

    def _made(self, mapped: EventMapping, part: JsonObject, found: dict[str, Any]) -> Event:
        match mapped.kind:
            case "message":
                return MessageReceived(message=self._message(mapped, part, found))
            case "status":
                return StatusChanged(**found)
            case "edit":
                return self._edit(mapped, part, found)
            case "delete":
                return MessageDeleted(**({"reason": "deleted in the chat"} | found))
            case _:
                emoji = found.get("emoji")
                return ReactionChanged(**found | {"emoji": clean(emoji) if emoji else None})

    def _columns(self, mapped: EventMapping, part: JsonObject) -> dict[str, Any]:
        read = {
            name: converted(name, rule.read(self.root, part), rule.time)
            for name, rule in mapped.columns.items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def _message(self, mapped: EventMapping, part: JsonObject, found: dict[str, Any]) -> NewMessage:
        """Return the record; whoever is not named is the bot, or the other one in private."""
        incoming = found["direction"] is Direction.INCOMING
        private = found.get("context_type", ContextType.PRIVATE) is ContextType.PRIVATE
        bot, other = self.account or UNKNOWN_PARTY, found["context_id"]
        kind = found.get("media_type") or ("text" if found.get("content") else "unknown")
        metadata = {"provider": self.provider, "kind": str(kind)} | self._metadata(mapped, part)
        columns: dict[str, Any] = {
            "sender": (other if private else UNKNOWN_PARTY) if incoming else bot,
            "recipient": bot if incoming else other,
            "status": None if incoming else Status.SENT,
            "metadata": metadata | {"raw": self._kept(part)},
        }
        return NewMessage(**columns | found)

    def _edit(self, mapped: EventMapping, part: JsonObject, found: dict[str, Any]) -> MessageEdited:
        edit_id = f"{found['message_id']}#edit-{digest(part)}"[:512]
        metadata = self._metadata(mapped, part) | {"raw_edit": self._kept(part)}
        return MessageEdited(**({"edit_id": edit_id} | found), metadata=metadata)

    def _metadata(self, mapped: EventMapping, part: JsonObject) -> dict[str, Any]:
        """Return the lifted fields, without what the store keeps for itself."""
        held = mapped.metadata_object and mapped.metadata_object.value(self.root, part)
        read = {name: rule.read(self.root, part) for name, rule in mapped.metadata.items()}
        lifted = (held if isinstance(held, dict) else {}) | read
        present = {name: value for name, value in lifted.items() if value is not None}
        if not isinstance(present.get(NOTES_KEY, {}), dict):
            del present[NOTES_KEY]
        return self._kept(present)

    def _kept(self, part: JsonObject) -> dict[str, Any]:
        return without_secrets(part, also=self.mapping.secrets)
