"""What all messages of one change share: the business's number, and the people's profiles."""

import re
from typing import Any, Self

import msgspec

from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import (
    child,
    children,
    clean,
    identifier,
    present,
    text,
)
from messagestore.providers.payload import JsonObject

PROVIDER = "whatsapp_cloud"

_WRITTEN_PHONE = re.compile(r"\+[\d ().-]+", re.ASCII)


class Change(msgspec.Struct, kw_only=True, frozen=True):
    """One element of `changes`, without its messages."""

    field: str
    waba_id: str | None
    phone_number_id: str | None
    display_phone_number: str | None
    contacts: list[JsonObject]
    errors: list[JsonObject]

    @classmethod
    def of(cls, entry: JsonObject, change: JsonObject) -> Self:
        """Read the parts that are shared; raises InvalidMessage for an id of a wrong type."""
        value = child(change, "value")
        return cls(
            field=text(change, "field") or "messages",
            waba_id=identifier(entry, "id"),
            phone_number_id=identifier(value, "metadata", "phone_number_id"),
            display_phone_number=phone(value, "metadata", "display_phone_number"),
            contacts=children(value, "contacts"),
            errors=children(value, "errors"),
        )

    @property
    def business(self) -> str:
        """The business's number: the sender of what is outgoing, the recipient of the rest."""
        return self.display_phone_number or self.phone_number_id or UNKNOWN_PARTY

    def contact(self, *ids: str | None) -> JsonObject:
        """Return the profile of whoever has one of these ids, or an empty one."""
        wanted = {value for value in ids if value}
        for contact in self.contacts:
            if contact_phone(contact) in wanted or contact_user_id(contact) in wanted:
                return contact
        return {}

    def metadata(self) -> dict[str, Any]:
        """Return what of it belongs into the metadata of each of its messages."""
        return present(
            provider=PROVIDER,
            waba_id=self.waba_id,
            phone_number_id=self.phone_number_id,
            display_phone_number=self.display_phone_number,
        )


def phone(part: JsonObject, *path: str) -> str | None:
    """Return a phone number as Meta's `wa_id` writes it: digits only.

    An echo's `to` is what the sender typed, "+1 650 555…", while the same person's messages come
    from "1650555…" (Meta, smb_message_echoes): as ids of contexts they must be the same.
    """
    found = identifier(part, *path)
    if found and found[0] == "+" and _WRITTEN_PHONE.fullmatch(found):
        return re.sub(r"\D", "", found) or found
    return found


def contact_phone(contact: JsonObject) -> str | None:
    """Return a contact's number; absent where a user name hides it."""
    found = text(contact, "wa_id")
    return clean(found) if found else None


def contact_user_id(contact: JsonObject) -> str | None:
    """Return a contact's business-scoped user id (BSUID)."""
    found = text(contact, "user_id")
    return clean(found) if found else None
