from datetime import UTC, datetime
from typing import Any

import pytest

from messagestore import Direction, MediaType, Status
from messagestore.errors import InvalidMessage
from messagestore.message import Message
from tests.builders import new_message

CANARY = "canary-5150"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"message_id": ""}, "message_id is empty"),
        ({"message_id": 7}, "message_id must be a string, not int"),
        ({"message_id": "x" * 513}, "message_id has 513 bytes; at most 512"),
        ({"context_id": "é" * 257}, "context_id has 514 bytes"),
        ({"sender": None}, "sender must be a string, not NoneType"),
        ({"recipient": ""}, "recipient is empty"),
        ({"reply_to_message_id": ""}, "reply_to_message_id is empty"),
        ({"command_name": "x" * 600}, "command_name has 600 bytes"),
        ({"content": b"bytes"}, "content must be a string or None, not bytes"),
        ({"media_size": -1}, "media_size must be 0 to"),
        ({"media_size": 2**63}, "media_size must be 0 to"),
        ({"media_size": "5"}, "media_size must be an int of bytes or None, not str"),
        ({"media_size": True}, "media_size must be an int of bytes, not bool"),
        ({"direction": CANARY}, "direction must be one of incoming, outgoing"),
        ({"context_type": "channel"}, "context_type must be one of group, private"),
        ({"status": "lost"}, "status must be one of queued, sent, failed, delivered, read"),
        ({"media_type": "hologram"}, "media_type must be one of image, video"),
        ({"created_at": datetime(2026, 1, 1)}, "created_at has no time zone"),  # noqa: DTZ001
        ({"read_at": "2026-01-01"}, "read_at must be a datetime or None, not str"),
        ({"is_bot_command": 1}, "is_bot_command must be True or False, not int"),
        ({"metadata": ["a"]}, r"metadata must be a JSON object \(dict\), not list"),
    ],
)
def test_a_wrong_field_gets_one_sentence_that_names_it(
    fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidMessage, match=sentence) as caught:
        new_message(**{"content": CANARY} | fields)
    assert [caught.value.field] == list(fields)
    assert CANARY not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_metadata_that_are_not_json_are_refused_when_the_message_is_completed() -> None:
    for value in ({1, 2}, b"x", object(), datetime(2026, 1, 1, tzinfo=UTC)):
        with pytest.raises(InvalidMessage, match=r"metadata is not JSON: .* is not a JSON type"):
            Message.from_new(new_message(metadata={"k": value}), now=datetime.now(UTC))
    with pytest.raises(InvalidMessage, match="a key of type int is not JSON"):
        Message.from_new(new_message(metadata={7: "x"}), now=datetime.now(UTC))
    with pytest.raises(InvalidMessage, match=r"metadata\.messagestore is kept for the store"):
        Message.from_new(new_message(metadata={"messagestore": 1}), now=datetime.now(UTC))


def test_strings_become_the_members_of_closed_sets() -> None:
    message = new_message(direction="outgoing", status="sent", media_type="image")
    assert message.direction is Direction.OUTGOING
    assert message.status is Status.SENT
    assert message.media_type is MediaType.IMAGE


def test_statuses_rise_in_the_order_of_the_design() -> None:
    assert [status.rank for status in Status] == [0, 1, 2, 3, 4]
    assert list(Status) == ["queued", "sent", "failed", "delivered", "read"]
