from datetime import UTC, datetime

from messagestore.event import Ignored, MessageReceived, Refused, StatusChanged
from messagestore.identifiers import truncate_to_millisecond
from messagestore.message import ContextType, Direction, MediaType, Message, Status
from messagestore.providers import get_provider, provider_names
from messagestore.providers.samples import samples

UNTIMED = {"twilio", "callback_query", "command"}
"""Of webhooks of Twilio, taps in Telegram and commands in Slack the time of receipt is stored."""

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVENTS = [
    event for sample in samples() for event in get_provider(sample.provider).parse(sample.body)
]
MESSAGES = [event.message for event in EVENTS if isinstance(event, MessageReceived)]


def test_every_provider_has_samples_in_order() -> None:
    assert {sample.provider for sample in samples()} == set(provider_names())
    for name in provider_names():
        numbers = [s.file_name[:2] for s in samples() if s.provider == name]
        assert numbers == [f"{place:02}" for place in range(1, len(numbers) + 1)]


def test_no_sample_is_refused() -> None:
    assert [event for event in EVENTS if isinstance(event, Refused)] == []


def test_the_samples_show_every_kind_of_event() -> None:
    shown = {type(event).__name__ for event in EVENTS}
    assert shown == {
        "Ignored", "MessageDeleted", "MessageEdited", "MessageReceived", "ReactionChanged",
        "StatusChanged",
    }  # fmt: skip
    statuses = {event.status for event in EVENTS if isinstance(event, StatusChanged)}
    assert statuses == {Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED}


def test_the_samples_show_groups_both_directions_and_every_media_type() -> None:
    assert {message.direction for message in MESSAGES} == set(Direction)
    assert {message.context_type for message in MESSAGES} == set(ContextType)
    assert {message.media_type for message in MESSAGES} == {*MediaType, None}
    assert len({message.context_id for message in MESSAGES}) > 8
    assert any((message.content or "").startswith("/help") for message in MESSAGES)


def test_every_sample_message_can_be_stored_with_its_own_time() -> None:
    for new in MESSAGES:
        message = Message.from_new(new, now=NOW)
        if new.created_at is None:
            assert UNTIMED & {new.metadata["provider"], new.metadata["kind"]}
        else:
            assert message.created_at == truncate_to_millisecond(new.created_at)
            assert message.created_at.year == 2026
            assert message.created_at < datetime(2026, 11, 1, tzinfo=UTC)
        assert "messagestore" not in message.metadata, "nothing had to be replaced"


def test_every_target_in_the_samples_is_a_sample() -> None:
    known = {message.message_id for message in MESSAGES}
    for event in EVENTS:
        if not isinstance(event, MessageReceived | Ignored | Refused):
            assert event.message_id in known
    assert {new.reply_to_message_id for new in MESSAGES} - {None} <= known
