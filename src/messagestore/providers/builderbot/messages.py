"""A ctx becomes events."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageReceived,
    ReactionChanged,
)
from messagestore.providers.builderbot.contents import answer_content, content_of
from messagestore.providers.builderbot.identity import global_id, message_id_of
from messagestore.providers.builderbot.parties import parties_of
from messagestore.providers.content import composed, edited
from messagestore.providers.fields import (
    child,
    clean,
    flag,
    identifier,
    present,
    required_identifier,
    text,
)
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import REMOVED, without_secrets
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_web.changes import REVOKED
from messagestore.providers.whatsapp_web.envelope import context_info, unwrapped
from messagestore.providers.whatsapp_web.protocols import EDIT, REVOKE, purpose, unread_protocol

PROVIDER = "builderbot"

_NEVER_SENT = frozenset(
    {"__call_action__", "__goto_flow__", "__end_flow__", "__capture_only_intended__"}
)
"""Answers that steer a flow; the framework itself does not send them."""

_NO_NAMES = frozenset({"undefined", "null"})


def context_events(ctx: JsonObject) -> Iterator[Event]:
    """Yield the one event of a ctx; raises InvalidMessage where it cannot be one."""
    if not ctx:
        yield Ignored(reason="an empty ctx")
        return
    if text(ctx, "answer") in _NEVER_SENT:
        yield Ignored(reason="an answer that steers a flow and is never sent")
        return
    parties = parties_of(ctx)
    yield _about_another(ctx, parties) or _message(ctx, parties)


def _about_another(ctx: JsonObject, parties: Parties) -> Event | None:
    """Return the reaction, edit or deletion that Baileys gives as a message; None for others."""
    message = unwrapped(child(ctx, "message"))
    reaction, protocol = child(message, "reactionMessage"), child(message, "protocolMessage")
    at = _sent_at(ctx)
    if reaction:
        emoji = text(reaction, "text")
        return ReactionChanged(
            message_id=_target(reaction, parties),
            sender=parties.sender,
            emoji=clean(emoji) if emoji else None,
            at=at,
        )
    kind = purpose(protocol)
    if not isinstance(kind, int | str):
        return None
    if kind == REVOKE:
        return MessageDeleted(message_id=_target(protocol, parties), reason=REVOKED, at=at)
    if kind == EDIT:
        return edited(
            content_of({"message": child(protocol, "editedMessage")}),
            message_id=_target(protocol, parties),
            edit_id=message_id_of(ctx, parties.context_id),
            at=at,
            raw=_raw(ctx),
        )
    return unread_protocol(protocol)


def _target(part: JsonObject, parties: Parties) -> str:
    return global_id(required_identifier(part, "key", "id"), parties.context_id)


def _message(ctx: JsonObject, parties: Parties) -> MessageReceived:
    reply_to = _reply_to(ctx)
    new = composed(
        parties,
        answer_content(ctx) if "answer" in ctx else content_of(ctx),
        message_id=message_id_of(ctx, parties.context_id),
        created_at=_sent_at(ctx),
        reply_to_message_id=reply_to and global_id(reply_to, parties.context_id),
        metadata=_about(ctx),
        raw=_raw(ctx),
    )
    return MessageReceived(message=new)


def _sent_at(ctx: JsonObject) -> datetime | None:
    """Return the time: milliseconds from Meta's provider, seconds from the libraries."""
    told = (ctx.get("timestamp"), ctx.get("messageTimestamp"), ctx.get("t"))
    telegram = child(ctx, "message").get("date")
    answered = child(ctx, "respMessage").get("messageTimestamp")
    return next((time for value in (*told, telegram, answered) if (time := moment(value))), None)


def _reply_to(ctx: JsonObject) -> str | None:
    """Return the provider's id of the message that this one answers."""
    quoted = identifier(context_info(unwrapped(child(ctx, "message"))), "stanzaId")
    twilio = identifier(ctx, "OriginalRepliedMessageSid")
    return quoted or twilio or identifier(ctx, "quotedMsgId", "_serialized")


def _about(ctx: JsonObject) -> dict[str, Any]:
    names = (text(ctx, key) for key in ("pushName", "name", "notifyName", "ProfileName"))
    return present(
        provider=PROVIDER,
        profile_name=next((name for name in names if name and name not in _NO_NAMES), None),
        username=text(ctx, "username"),
        forwarded=flag(ctx, "isForwarded")
        or flag(context_info(unwrapped(child(ctx, "message"))), "isForwarded")
        or None,
    )


def _raw(ctx: JsonObject) -> dict[str, Any]:
    """Return the ctx without credentials, and without a file that whatsapp-web.js puts into it."""
    raw = without_secrets(ctx)
    file = raw.get("fileData")
    if isinstance(file, dict) and "data" in file:
        raw["fileData"] = file | {"data": REMOVED}
    return raw
