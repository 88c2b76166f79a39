from datetime import UTC, datetime
from typing import Any

import pytest

from messagestore.event import Ignored, MessageReceived, Refused, StatusChanged
from messagestore.message import ContextType, Direction, MediaType, Status
from tests.unit.providers.bodies import only_message, parse

RESOURCE = {
    "sid": "SM7",
    "account_sid": "AC1",
    "body": "good morning",
    "from": "whatsapp:+12025550100",
    "to": "whatsapp:+13125550177",
    "direction": "outbound-api",
    "status": "delivered",
    "num_media": "0",
    "error_code": None,
    "error_message": None,
    "date_created": "Thu, 24 Sep 2026 07:01:45 +0200",
}


def stream_event(kind: str, **data: Any) -> dict[str, Any]:
    common = {"messageSid": "SM1", "from": "+13125550177", "to": "+12025550100", "numMedia": 1}
    return {
        "specversion": "1.0",
        "type": f"com.twilio.{kind}",
        "time": "2026-09-10T09:30:00.000Z",
        "data": common | data,
    }


def test_a_resource_is_a_message_of_the_past_with_its_last_status() -> None:
    new = only_message(parse("twilio", RESOURCE))
    assert (new.message_id, new.content, new.status) == ("SM7", "good morning", Status.DELIVERED)
    assert (new.sender, new.recipient) == ("12025550100", "13125550177")
    assert (new.context_id, new.direction) == ("13125550177", Direction.OUTGOING)
    assert new.created_at == datetime(2026, 9, 24, 5, 1, 45, tzinfo=UTC)
    assert new.metadata["raw"] == RESOURCE


def test_a_failed_resource_has_its_reason() -> None:
    error = {"status": "undelivered", "error_code": 30003, "error_message": "Unreachable"}
    new = only_message(parse("twilio", RESOURCE | error))
    assert (new.status, new.error_message) == (Status.FAILED, "30003 Unreachable")
    assert new.metadata["error_code"] == 30003
    canceled = only_message(parse("twilio", RESOURCE | {"status": "canceled"}))
    assert canceled.error_message == "canceled before it was sent"


def test_a_page_has_both_directions_and_a_broken_part_alone_is_refused() -> None:
    incoming = RESOURCE | {"sid": "SM8", "direction": "inbound", "status": "received"}
    page = {"messages": [RESOURCE, incoming, {"sid": "SM9"}, 7], "page": 0}
    outgoing, received, *broken = parse("twilio", page)
    assert isinstance(outgoing, MessageReceived)
    assert isinstance(received, MessageReceived)
    assert received.message.direction is Direction.INCOMING
    assert received.message.status is None
    assert broken == [
        Refused(reason="messages[2]: direction is missing"),
        Refused(reason="messages[3] must be an object, not a number"),
    ]
    assert parse("twilio", {"messages": []}) == [Ignored(reason="a page without messages")]


@pytest.mark.parametrize("when", [None, "", "yesterday", "Thu, 99 Sep 2026 07:01:45 +0200", 7])
def test_a_time_that_is_none_counts_as_absent(when: object) -> None:
    assert only_message(parse("twilio", RESOURCE | {"date_created": when})).created_at is None


def test_a_message_of_event_streams() -> None:
    event = stream_event("messaging.inbound-message.received", body="hi")
    new = only_message(parse("twilio", [event]))
    assert (new.message_id, new.content, new.media_type) == ("SM1", "hi", MediaType.OTHER)
    assert new.created_at == datetime(2026, 9, 10, 9, 30, tzinfo=UTC)
    assert new.metadata["raw"] == event["data"]


def test_a_group_of_event_streams_is_that_of_the_webhook() -> None:
    recipients = ["+12025550100", "+13125550188"]
    event = stream_event("messaging.inbound-message.received", recipients=recipients)
    new = only_message(parse("twilio", event))
    assert (new.context_id, new.context_type) == ("+13125550177,+13125550188", ContextType.GROUP)


def test_a_status_of_event_streams_is_named_by_the_data_or_by_the_type() -> None:
    sent = stream_event("messaging.message.sent")
    failed = stream_event("messaging.message.undelivered", messageStatus="FAILED", errorCode=30008)
    first, second = parse("twilio", [sent, failed])
    assert isinstance(first, StatusChanged)
    assert isinstance(second, StatusChanged)
    assert (first.status, first.at) == (Status.SENT, datetime(2026, 9, 10, 9, 30, tzinfo=UTC))
    assert (second.status, second.error_message) == (Status.FAILED, "30008")


def test_other_events_of_event_streams_are_ignored() -> None:
    assert isinstance(parse("twilio", stream_event("voice.call.ended"))[0], Ignored)
