"""One message object becomes one event."""

from typing import Any

from messagestore.event import (
    Event,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
)
from messagestore.message import Direction, NewMessage, Status
from messagestore.providers.content import composed, edited
from messagestore.providers.fields import (
    child,
    children,
    clean,
    first_text,
    flag,
    identifier,
    present,
    required_identifier,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_cloud.change import Change
from messagestore.providers.whatsapp_cloud.contents import content_of
from messagestore.providers.whatsapp_cloud.failure import code_of, sentence_of_all
from messagestore.providers.whatsapp_cloud.parties import PartiesWithProfile


def message_event(change: Change, message: JsonObject, parties: PartiesWithProfile) -> Event:
    """Return the event of a message object; raises InvalidMessage where it cannot be one."""
    match message.get("type"):
        case "reaction":
            return _reaction(message, parties)
        case "edit":
            return _edit(message)
        case "revoke":
            return _deletion(message)
        case _:
            return MessageReceived(message=new_message(change, message, parties))


def new_message(
    change: Change,
    message: JsonObject,
    parties: PartiesWithProfile,
    *,
    status: Status | None = None,
    extra: dict[str, Any] | None = None,
) -> NewMessage:
    """Return the record of a message object; an echo counts as `sent` unless told otherwise."""
    echo = parties.direction is Direction.OUTGOING
    errors = children(message, "errors") or change.errors
    return composed(
        parties,
        content_of(message),
        message_id=required_identifier(message, "id"),
        status=status,
        error_message=sentence_of_all(errors),
        created_at=moment(message.get("timestamp")),
        reply_to_message_id=identifier(message, "context", "id"),
        metadata=change.metadata()
        | present(echo=echo or None, error_code=code_of(errors[0]) if errors else None)
        | _about_sender(message, parties.profile)
        | _about_context(message)
        | (extra or {}),
        raw=without_secrets(message),
    )


def _about_sender(message: JsonObject, profile: JsonObject) -> dict[str, Any]:
    """Return names and ids: `user_id` joins what a person wrote before and after hiding."""
    return present(
        profile_name=text(profile, "profile", "name"),
        username=text(profile, "profile", "username"),
        user_id=first_text(message, "from_user_id", "to_user_id") or text(profile, "user_id"),
        parent_user_id=text(profile, "parent_user_id"),
        identity_key_hash=text(profile, "identity_key_hash"),
    )


_ORIGINS = ("context", "referral", "identity")


def _about_context(message: JsonObject) -> dict[str, Any]:
    """Return what is said of a message's origin: forwarding, an answer, an advertisement."""
    kind = {"kind": text(message, "type") or "unknown"}
    if message.keys().isdisjoint(_ORIGINS):
        return kind
    context, referral = child(message, "context"), child(message, "referral")
    often = flag(context, "frequently_forwarded") or None
    return kind | present(
        forwarded=flag(context, "forwarded") or often,
        frequently_forwarded=often,
        reply_to_sender=text(context, "from"),
        identity_hash=text(message, "identity", "hash"),
        product_retailer_id=text(context, "referred_product", "product_retailer_id"),
        product_catalog_id=text(context, "referred_product", "catalog_id"),
        referral_source_id=text(referral, "source_id"),
        referral_source_type=text(referral, "source_type"),
        referral_source_url=text(referral, "source_url"),
        referral_headline=text(referral, "headline"),
        ctwa_clid=text(referral, "ctwa_clid"),
    )


def _reaction(message: JsonObject, parties: PartiesWithProfile) -> ReactionChanged:
    """Meta takes a reaction back by leaving `emoji` out, or empty."""
    emoji = text(message, "reaction", "emoji")
    return ReactionChanged(
        message_id=required_identifier(message, "reaction", "message_id"),
        sender=parties.sender,
        emoji=clean(emoji) if emoji else None,
        at=moment(message.get("timestamp")),
    )


def _edit(message: JsonObject) -> MessageEdited:
    """Return an edit, which has an id of its own; `context` in it is a placeholder."""
    return edited(
        content_of(child(message, "edit", "message")),
        message_id=required_identifier(message, "edit", "original_message_id"),
        edit_id=required_identifier(message, "id"),
        at=moment(message.get("timestamp")),
        raw=without_secrets(message),
    )


def _deletion(message: JsonObject) -> MessageDeleted:
    return MessageDeleted(
        message_id=required_identifier(message, "revoke", "original_message_id"),
        reason="revoked by its sender",
        at=moment(message.get("timestamp")),
    )
