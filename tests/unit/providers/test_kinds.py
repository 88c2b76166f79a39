"""What an adapter does not understand is told from what it need not understand."""

from collections.abc import Callable
from typing import Any

import pytest

from messagestore.event import Event, Ignored
from messagestore.providers.kinds import unread
from tests.unit.providers.bodies import parse, twilio, webhook

WRITTEN = "my private words"


def whatsapp_cloud(kind: str) -> list[Event]:
    return parse("whatsapp_cloud", webhook({"words": WRITTEN}, field=kind))


def whatsapp_status(kind: str) -> list[Event]:
    status = {"id": "wamid.1", "status": "read", "type": kind, "words": WRITTEN}
    return parse("whatsapp_cloud", webhook({"statuses": [status]}))


def telegram(kind: str) -> list[Event]:
    return parse("telegram", {"update_id": 1, kind: {"text": WRITTEN}})


def slack(kind: str) -> list[Event]:
    event = {"type": kind, "text": WRITTEN}
    return parse("slack", {"type": "event_callback", "team_id": "T1", "event": event})


def slack_body(kind: str) -> list[Event]:
    return parse("slack", {"type": kind, "text": WRITTEN})


def slack_reaction(kind: str) -> list[Event]:
    event = {"type": "reaction_added", "item": {"type": kind}, "user": WRITTEN}
    return parse("slack", {"type": "event_callback", "team_id": "T1", "event": event})


def discord(kind: str) -> list[Event]:
    return parse("discord", {"op": 0, "t": kind, "d": {"content": WRITTEN}})


def discord_webhook(kind: str) -> list[Event]:
    return parse("discord", {"type": 1, "event": {"type": kind, "data": {"content": WRITTEN}}})


def twilio_conversation(kind: str) -> list[Event]:
    return twilio(ConversationSid="CH1", EventType=kind, Body=WRITTEN)


def twilio_stream(kind: str) -> list[Event]:
    return parse("twilio", [{"specversion": "1.0", "type": kind, "data": {"body": WRITTEN}}])


def twilio_resource(kind: str) -> list[Event]:
    return parse("twilio", {"sid": "SM1", "direction": kind, "body": WRITTEN})


def waha(kind: str) -> list[Event]:
    return parse("waha", {"event": kind, "session": "s", "payload": {"body": WRITTEN}})


def evolution(kind: str) -> list[Event]:
    return parse("evolution", {"event": kind, "instance": "i", "data": {"text": WRITTEN}})


def baileys(kind: str) -> list[Event]:
    return parse("baileys", {"event": kind, "data": {"text": WRITTEN}})


def protocol_of_baileys(kind: Any) -> list[Event]:
    return parse("baileys", _wa_message(kind) | {"messageTimestamp": 1788000000})


def protocol_of_builderbot(kind: Any) -> list[Event]:
    return parse("builderbot", _wa_message(kind) | {"from": "13125550177", "body": WRITTEN})


def _wa_message(kind: Any) -> dict[str, Any]:
    chat = "13125550177@s.whatsapp.net"
    protocol = {"type": kind, "key": {"id": "3EB0"}, "words": WRITTEN}
    return {"key": {"remoteJid": chat, "id": "3EB1"}, "message": {"protocolMessage": protocol}}


_CASES: list[tuple[Callable[[Any], list[Event]], Any, Any]] = [
    (whatsapp_cloud, "account_alerts", "dreams"),
    (whatsapp_cloud, "smb_app_state_sync", "messages"),
    (whatsapp_status, "payment", "dream"),
    (telegram, "poll_answer", "dream"),
    (slack, "channel_rename", "dream_posted"),
    (slack_body, "view_submission", "dream_submission"),
    (slack_reaction, "file_comment", "dream"),
    (discord, "GUILD_CREATE", "MESSAGE_DREAM"),
    (discord, "MESSAGE_POLL_VOTE_ADD", "MESSAGE_CREATE_LATER"),
    (discord_webhook, "APPLICATION_AUTHORIZED", "LOBBY_MESSAGE_DREAM"),
    (twilio_conversation, "onParticipantAdded", "onDreamAdded"),
    (twilio_stream, "com.twilio.voice.status", "com.twilio.conversations.message.added"),
    (twilio_stream, "com.twilio.video.room", "org.example.dream"),
    (waha, "session.status", "message.dreamt"),
    (evolution, "GROUP_PARTICIPANTS_UPDATE", "messages.dreamt"),
    (evolution, "typebot.change-status", "messages.set"),
    (baileys, "group.member-tag.update", "messages.dreamt"),
    (baileys, "chats.phoneNumberShare", "messaging-history.set"),
    (protocol_of_baileys, 3, 999),
    (protocol_of_baileys, "EPHEMERAL_SETTING", "DREAM_SETTING"),
    (protocol_of_builderbot, 5, 999),
]


@pytest.mark.parametrize(
    ("told", "known", "invented"),
    _CASES,
    ids=[f"{told.__name__}-{known}" for told, known, _ in _CASES],
)
def test_a_kind_without_a_reader_is_unknown_unless_it_carries_no_message(
    told: Callable[[Any], list[Event]], known: Any, invented: Any
) -> None:
    assert _ignored(told(known)).unknown is False
    assert _ignored(told(invented)).unknown is True


@pytest.mark.parametrize(
    "told", [whatsapp_cloud, telegram, slack, slack_body, twilio_conversation, waha, baileys]
)
def test_a_kind_that_may_be_a_persons_words_is_not_repeated(
    told: Callable[[Any], list[Event]],
) -> None:
    assert _ignored(told(WRITTEN)).unknown is True


def test_a_message_of_twilio_in_a_direction_that_is_not_known_is_unknown() -> None:
    assert _ignored(twilio_resource("sideways")).unknown is True


@pytest.mark.parametrize("kind", [7, ["message"], {"private": "words"}, True])
def test_a_kind_that_is_no_text_is_unknown(kind: Any) -> None:
    assert unread("event", kind, ()) == Ignored(
        reason="event (unnamed) has no reader", unknown=True
    )


def test_what_names_no_kind_is_nothing_to_learn_from() -> None:
    assert unread("event", None, ()) == Ignored(reason="event (unnamed) carries no message")


def _ignored(events: list[Event]) -> Ignored:
    [event] = events
    assert isinstance(event, Ignored), event
    assert "private" not in event.reason
    return event
