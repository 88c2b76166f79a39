from typing import Any

import pytest

from messagestore.event import Event, Ignored, Refused, StatusChanged
from messagestore.message import Status

from .bodies import PERSON, parse, webhook


def status(word: Any, **fields: Any) -> dict[str, Any]:
    basic = {"id": "wamid.S", "status": word, "timestamp": "1788000000", "recipient_id": PERSON}
    return basic | fields


def read(*parts: Any, field: str = "messages") -> list[Event]:
    return parse("whatsapp_cloud", webhook({"statuses": list(parts)}, field=field))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sent", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("read", Status.READ),
        ("READ", Status.READ),
        ("played", Status.READ),
        ("failed", Status.FAILED),
    ],
)
def test_every_status_of_meta(word: str, expected: Status) -> None:
    [event] = read(status(word))
    assert isinstance(event, StatusChanged)
    assert (event.message_id, event.status, event.context_id) == ("wamid.S", expected, PERSON)
    assert event.at is not None
    assert event.at.timestamp() == 1788000000


def test_a_failure_says_why() -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "Over 24 hours."}}
    [event] = read(status("failed", errors=[error, {"message": "Second"}, {}]))
    assert isinstance(event, StatusChanged)
    assert event.error_message == (
        "131047 Re-engagement: Over 24 hours.; Second; an error without a title"
    )


def test_only_a_failure_has_an_error() -> None:
    [event] = read(status("delivered", errors=[{"code": 1, "title": "x"}]))
    assert isinstance(event, StatusChanged)
    assert event.error_message is None


def test_a_status_in_a_group_names_the_group() -> None:
    part = status("read", recipient_id="club", recipient_type="group", recipient_participant_id="1")
    [event] = read(part)
    assert isinstance(event, StatusChanged)
    assert event.context_id == "club"


@pytest.mark.parametrize("word", ["deleted", "warning", "?x", "", None, 5, "my private words"])
def test_an_unknown_status_is_ignored(word: Any) -> None:
    [event] = read(status(word))
    assert isinstance(event, Ignored)
    assert "private" not in event.reason


def test_calls_and_payments_are_not_messages() -> None:
    assert read(status("failed", type="payment")) == [
        Ignored(reason="the status of a payment, not of a message")
    ]
    [event] = read(status("read"), field="calls")
    assert isinstance(event, Ignored)


def test_a_broken_status_does_not_lose_the_others() -> None:
    first, second = read(status("read", id=None), status("read"))
    assert isinstance(first, Refused)
    assert isinstance(second, StatusChanged)
    assert [type(event) for event in parse("whatsapp_cloud", webhook({"statuses": 7}))] == [Refused]
