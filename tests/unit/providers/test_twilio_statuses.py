import pytest

from messagestore.event import Ignored, Refused, StatusChanged
from messagestore.message import Status
from tests.unit.providers.bodies import only_message, twilio


def callback(**parameters: object) -> object:
    [event] = twilio(Body=None, NumMedia=None, SmsStatus=None, **parameters)
    return event


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", Status.QUEUED),
        ("scheduled", Status.QUEUED),
        ("queued", Status.QUEUED),
        ("sending", Status.QUEUED),
        ("sent", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("READ", Status.READ),
    ],
)
def test_a_callback_says_how_far_a_message_got(word: str, status: Status) -> None:
    to = "whatsapp:+13125550177"
    assert callback(MessageStatus=word, To=to, ErrorCode="63024") == StatusChanged(
        message_id="SM1", status=status, context_id="13125550177"
    )


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, "30003"),
        ({"MessageStatus": "failed", "ErrorMessage": "Unreachable"}, "Unreachable"),
        (
            {
                "MessageStatus": "failed",
                "ErrorCode": "63016",
                "ErrorMessage": "Failed",
                "ChannelStatusMessage": "outside the window",
            },
            "63016 Failed: outside the window",
        ),
        ({"MessageStatus": "undelivered", "ErrorCode": "0"}, "undelivered"),
        ({"MessageStatus": "canceled"}, "canceled before it was sent"),
    ],
)
def test_a_failure_has_its_reason(parameters: dict[str, str], sentence: str) -> None:
    event = callback(**parameters)
    assert isinstance(event, StatusChanged)
    assert (event.status, event.error_message) == (Status.FAILED, sentence)


def test_an_old_callback_has_only_the_old_names() -> None:
    [event] = twilio(MessageSid=None, SmsSid="SM2", SmsStatus="delivered", Body=None)
    assert isinstance(event, StatusChanged)
    assert (event.message_id, event.status) == ("SM2", Status.DELIVERED)


def test_an_unknown_status_is_ignored() -> None:
    assert callback(MessageStatus="teleported") == Ignored(
        reason="status teleported is not known", unknown=True
    )
    assert callback(MessageStatus="a b") == Ignored(
        reason="status (unnamed) is not known", unknown=True
    )


def test_a_message_with_a_status_of_no_known_word_is_a_message() -> None:
    assert only_message(twilio(SmsStatus="welcomed")).content == "hello"


def test_an_id_that_cannot_be_indexed_is_refused() -> None:
    event = callback(MessageSid="S" * 600, MessageStatus="sent")
    assert isinstance(event, Refused)
