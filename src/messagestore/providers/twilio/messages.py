"""A message as parameters: those of a webhook, or a JSON document written as such."""

from typing import Any

from messagestore.message import ContextType, Direction, NewMessage, Status
from messagestore.providers.content import composed
from messagestore.providers.fields import (
    checked_identifier,
    first_text,
    identifier,
    present,
    required_identifier,
    text,
)
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.timestamp import moment
from messagestore.providers.twilio.addresses import channel_of, named, plain
from messagestore.providers.twilio.contents import content_of
from messagestore.providers.twilio.failure import code_of, sentence_of

PROVIDER = "twilio"


def message_id_of(form: JsonObject) -> str | None:
    """Return the SID, which is unique at Twilio."""
    return identifier(form, "MessageSid") or identifier(form, "SmsSid")


def new_message(
    form: JsonObject,
    *,
    raw: JsonObject,
    direction: Direction = Direction.INCOMING,
    status: Status | None = None,
) -> NewMessage:
    """Return the record of a message; raises InvalidMessage where it cannot be one."""
    outgoing = direction is Direction.OUTGOING
    return composed(
        outgoing_parties(form) if outgoing else _incoming_parties(form),
        content_of(form),
        message_id=message_id_of(form) or required_identifier(form, "MessageSid"),
        status=status,
        error_message=sentence_of(form),
        created_at=moment(form.get("Timestamp")),
        reply_to_message_id=identifier(form, "OriginalRepliedMessageSid"),
        metadata=about(form, "To" if outgoing else "From") | _origin(form),
        raw=without_secrets(raw),
    )


def outgoing_parties(form: JsonObject) -> Parties:
    """Read a message of the bot; a Messaging Service chooses the number where none is given."""
    person = plain(required_identifier(form, "To"))
    return Parties(
        direction=Direction.OUTGOING,
        sender=named(form, "From") or required_identifier(form, "MessagingServiceSid"),
        recipient=person,
        context_id=person,
        context_type=ContextType.PRIVATE,
    )


def _incoming_parties(form: JsonObject) -> Parties:
    """Read a message of a person, maybe in a group.

    A group MMS has no id: `OtherRecipients0` and so on name the others, and the context is all of
    them together, whoever of them writes.
    """
    person = named(form, "From") or named(form, "ExternalUserId") or named(form, "WaId")
    if not person:
        person = required_identifier(form, "From")
    others = _others(form)
    members = ",".join(sorted({person, *others}))
    return Parties(
        direction=Direction.INCOMING,
        sender=person,
        recipient=plain(required_identifier(form, "To")),
        context_id=checked_identifier(members, "context_id") if others else person,
        context_type=ContextType.GROUP if others else ContextType.PRIVATE,
    )


def _others(form: JsonObject) -> list[str]:
    found: list[str] = []
    while other := named(form, f"OtherRecipients{len(found)}"):
        found.append(other)
    return found


def about(form: JsonObject, person: str) -> dict[str, Any]:
    """Return what every message has; `person` is the parameter with the other end's address."""
    return present(
        provider=PROVIDER,
        channel=channel_of(identifier(form, person) or ""),
        account_sid=text(form, "AccountSid"),
        messaging_service_sid=text(form, "MessagingServiceSid"),
    )


def _origin(form: JsonObject) -> dict[str, Any]:
    """Return the person's names, where the message comes from, and what it answers."""
    often = _is_true(form, "FrequentlyForwarded") or None
    return present(
        profile_name=text(form, "ProfileName"),
        wa_id=text(form, "WaId"),
        user_id=named(form, "ExternalUserId"),
        forwarded=_is_true(form, "Forwarded") or often,
        frequently_forwarded=often,
        reply_to_sender=named(form, "OriginalRepliedMessageSender"),
        opt_out_type=text(form, "OptOutType"),
        error_code=code_of(form),
        referral_source_id=text(form, "ReferralSourceId"),
        referral_source_type=text(form, "ReferralSourceType"),
        referral_source_url=text(form, "ReferralSourceUrl"),
        referral_headline=text(form, "ReferralHeadline"),
        referral_body=text(form, "ReferralBody"),
        ctwa_clid=first_text(form, "ReferralCtwaClid", "CtwaClid"),
    )


def _is_true(form: JsonObject, key: str) -> bool | None:
    return (text(form, key) or "").lower() == "true" or None
