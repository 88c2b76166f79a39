import json
from datetime import UTC, datetime

import pytest

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    Refused,
    StatusChanged,
)
from messagestore.message import ContextType, Direction, MediaType, Status
from messagestore.providers import get_provider
from tests.unit.providers.bodies import only_message, twilio

EDITED = "2026-09-11T08:02:00.000Z"


def webhook(kind: str, **parameters: object) -> list[Event]:
    common = {
        "MessageSid": "IM1",
        "ConversationSid": "CH1",
        "SmsStatus": None,
        "Author": "whatsapp:+13125550177",
        "Source": "WHATSAPP",
    }
    return twilio(EventType=kind, **(common | parameters))


def test_a_message_in_a_conversation_is_one_of_a_group() -> None:
    new = only_message(webhook("onMessageAdded", DateCreated="2026-09-11T08:00:00.120Z"))
    assert (new.context_id, new.context_type) == ("CH1", ContextType.GROUP)
    assert (new.sender, new.direction) == ("13125550177", Direction.INCOMING)
    assert new.created_at == datetime(2026, 9, 11, 8, 0, 0, 120000, tzinfo=UTC)


def test_what_comes_through_the_api_is_outgoing() -> None:
    new = only_message(webhook("onMessageAdded", Source="API", Author="bakery"))
    assert (new.sender, new.recipient) == ("bakery", "CH1")
    assert (new.direction, new.status) == (Direction.OUTGOING, Status.SENT)


def test_files_of_a_conversation_have_sizes() -> None:
    files = [
        {"Sid": "ME1", "ContentType": "image/png", "Filename": "a.png", "Size": 12},
        {"Sid": "ME2", "ContentType": "text/plain"},
    ]
    new = only_message(webhook("onMessageAdded", Media=json.dumps(files)))
    assert (new.media_type, new.media_content_type) == (MediaType.IMAGE, "image/png")
    assert (new.media_size, new.metadata["filename"]) == (12, "a.png")
    assert new.metadata["attachments"][1] == {"id": "ME2", "content_type": "text/plain"}


def test_an_edit_is_named_by_its_time_and_so_harmless_twice() -> None:
    for _ in range(2):
        [event] = webhook("onMessageUpdated", DateUpdated=EDITED, Body="better")
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.edit_id) == ("IM1", f"IM1#{EDITED}")
        assert (event.content, event.at) == ("better", datetime(2026, 9, 11, 8, 2, tzinfo=UTC))
    assert webhook("onMessageUpdated") == [Refused(reason="webhook[0]: DateUpdated is missing")]


def test_a_removal_and_a_delivery() -> None:
    [removal] = webhook("onMessageRemoved", DateRemoved=EDITED)
    assert isinstance(removal, MessageDeleted)
    assert removal.message_id == "IM1"
    [delivery] = webhook("onDeliveryUpdated", Status="undelivered", ErrorCode="30008")
    assert delivery == StatusChanged(
        message_id="IM1", status=Status.FAILED, error_message="30008", context_id="CH1"
    )


@pytest.mark.parametrize("kind", ["onMessageAdd", "onParticipantAdded", "onSomethingNew", ""])
def test_questions_and_other_events_are_ignored(kind: str) -> None:
    assert isinstance(webhook(kind)[0], Ignored)
    assert get_provider("twilio").parse(b"ConversationSid=CH1") == [
        Ignored(reason="event (unnamed) carries no message")
    ]


def test_an_unknown_status_of_a_delivery_is_ignored() -> None:
    assert webhook("onDeliveryUpdated", Status="lost") == [
        Ignored(reason="status lost is not known", unknown=True)
    ]
