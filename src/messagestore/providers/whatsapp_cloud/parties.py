"""Who wrote to whom, and in which context."""

import re
from typing import Self

import msgspec

from messagestore.errors import InvalidMessage
from messagestore.message import ContextType, Direction
from messagestore.providers.fields import identifier
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_cloud.change import (
    Change,
    contact_phone,
    contact_user_id,
    phone,
)


class PartiesWithProfile(Parties, kw_only=True, frozen=True):
    """Both ends of a message; `profile` is the person's entry in `contacts`."""

    profile: JsonObject

    @classmethod
    def between(
        cls,
        change: Change,
        person: str,
        profile: JsonObject,
        *,
        direction: Direction,
        group: str | None,
    ) -> Self:
        """Return the parties of a message between the business and a person, maybe in a group."""
        incoming = direction is Direction.INCOMING
        return cls(
            direction=direction,
            sender=person if incoming else change.business,
            recipient=change.business if incoming else person,
            context_id=group or person,
            context_type=ContextType.GROUP if group else ContextType.PRIVATE,
            profile=profile,
        )


def incoming_parties(change: Change, message: JsonObject) -> PartiesWithProfile:
    """Read a message from a person: `from`, or `from_user_id` where a user name hides the phone.

    Raises InvalidMessage where nothing names the sender.
    """
    number, user_id = phone(message, "from"), identifier(message, "from_user_id")
    profile = change.contact(number, user_id)
    if not number and not user_id and len(change.contacts) == 1:
        profile = change.contacts[0]
    person = number or user_id or contact_phone(profile) or contact_user_id(profile)
    if not person:
        raise InvalidMessage("neither from nor from_user_id names the sender", field="from")
    group = identifier(message, "group_id")
    return PartiesWithProfile.between(
        change, person, profile, direction=Direction.INCOMING, group=group
    )


def echo_parties(change: Change, message: JsonObject) -> PartiesWithProfile:
    """Read a message that the business sent from its app or from elsewhere: `to`, `to_user_id`."""
    number, user_id = phone(message, "to"), identifier(message, "to_user_id")
    group = identifier(message, "group_id")
    person = number or user_id or group
    if not person:
        raise InvalidMessage("neither to nor to_user_id names the recipient", field="to")
    profile = change.contact(number, user_id)
    parties = PartiesWithProfile.between(
        change, person, profile, direction=Direction.OUTGOING, group=group
    )
    sender = phone(message, "from") or change.business
    return msgspec.structs.replace(parties, sender=sender)


def history_parties(change: Change, thread: str | None, message: JsonObject) -> PartiesWithProfile:
    """Read a message of the synchronized past, whose thread is named by the person's number.

    It is outgoing if it has a `to`, or comes from the business's number (Meta, history).
    """
    sender = phone(message, "from")
    if phone(message, "to") or (sender and _same_number(sender, change.display_phone_number)):
        return echo_parties(change, {"to": thread} | message)
    return incoming_parties(change, {"from": thread} | message)


def _same_number(one: str, other: str | None) -> bool:
    return re.sub(r"\D", "", one) == re.sub(r"\D", "", other or "-")
