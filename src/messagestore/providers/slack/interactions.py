"""Taps on buttons, choices from menus: what the person saw becomes an incoming message."""

from collections.abc import Iterable
from typing import Any

from messagestore.event import Event, Ignored, MessageReceived
from messagestore.providers.attempt import each_part
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import (
    child,
    children,
    first_text,
    identifier,
    present,
    required_identifier,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.slack.blocks import words_of_rich_text
from messagestore.providers.slack.installation import Installation, context_type_of
from messagestore.providers.timestamp import moment

_CHOSEN = (
    "value",
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "selected_date",
    "selected_time",
)


def action_events(payload: JsonObject, account: str | None) -> Iterable[Event]:
    """Yield a message for each action; in a modal or a home tab there is no conversation."""
    channel = identifier(payload, "channel", "id") or identifier(payload, "container", "channel_id")
    if channel is None:
        return [Ignored(reason="an action outside of a conversation")]
    installation = Installation.of_interaction(payload, account)

    def events(action: JsonObject) -> list[Event]:
        return [_answer(installation, payload, action, channel)]

    return each_part(payload.get("actions"), "actions", events)


def _answer(
    installation: Installation, payload: JsonObject, action: JsonObject, channel: str
) -> MessageReceived:
    ts = identifier(action, "action_ts") or required_identifier(payload, "action_ts")
    answered = identifier(payload, "container", "message_ts") or identifier(payload, "message_ts")
    person = {"user": required_identifier(payload, "user", "id")}
    new = composed(
        installation.parties(person, channel, context_type_of(channel, None)),
        _content(action),
        message_id=installation.message_id(channel, f"action-{ts}"),
        created_at=moment(ts),
        reply_to_message_id=installation.message_id(channel, answered) if answered else None,
        metadata=installation.metadata()
        | present(
            kind=text(payload, "type"),
            username=first_text(child(payload, "user"), "username", "name"),
            thread_ts=text(payload, "container", "thread_ts"),
        ),
        raw=without_secrets(payload),
    )
    return MessageReceived(message=new)


def _content(action: JsonObject) -> Content:
    options = [child(action, "selected_option"), *children(action, "selected_options")]
    titles = [title for option in options if (title := _title(option))]
    typed = words_of_rich_text(child(action, "rich_text_value"))
    values: list[Any] = [found for part in options if (found := text(part, "value"))]
    values += [found for key in _CHOSEN if (found := text(action, key))]
    shown = ", ".join(titles) or _title(action) or typed or ", ".join(values)
    return Content(
        content=shown or None,
        metadata=present(
            reply_id=first_text(action, "action_id", "name"),
            reply_title=", ".join(titles) or _title(action),
            reply_values=values or None,
        ),
    )


def _title(part: JsonObject) -> str | None:
    return text(part, "text", "text") or text(part, "text")
