from decimal import Decimal

import pytest

from messagestore.errors import InvalidMessage
from messagestore.event import StatusChanged
from messagestore.message import Direction, MediaType, NewMessage, Status
from messagestore.providers.twilio.sends import Response, event_of, message_of, response_of

URL = "https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
ONE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1.json"
TEXT = {"From": "whatsapp:+12025550100", "To": "whatsapp:+13125550177", "Body": "hello"}


def sent(**parameters: object) -> NewMessage:
    message = message_of("POST", URL, TEXT | parameters, message_id="local:1")
    assert message is not None
    return message


def test_a_text_is_queued_under_the_id_it_is_given() -> None:
    message = sent(MaxPrice=Decimal("0.5"), StatusCallback="https://bot:password@bot.example/")
    assert (message.message_id, message.status) == ("local:1", Status.QUEUED)
    assert (message.direction, message.content) == (Direction.OUTGOING, "hello")
    assert (message.sender, message.recipient) == ("12025550100", "13125550177")
    assert message.context_id == "13125550177"
    assert message.metadata.items() >= {"channel": "whatsapp", "account_sid": "AC1"}.items()
    assert message.metadata["raw"]["MaxPrice"] == "0.5"
    assert "password" not in str(message)


def test_a_messaging_service_may_choose_the_number() -> None:
    message = message_of("post", URL, {"To": "+1", "MessagingServiceSid": "MG1"}, message_id="x")
    assert message is not None
    assert message.sender == "MG1"


def test_files_a_place_and_a_template() -> None:
    files = sent(MediaUrl=["https://x/1", "https://x/2"])
    assert (files.media_url, files.media_type) == ("https://x/1", MediaType.OTHER)
    assert files.metadata["attachments"] == [{"url": "https://x/1"}, {"url": "https://x/2"}]
    place = sent(Body=None, PersistentAction=["geo:37.787890,-122.391664|375 Beale St"])
    assert (place.content, place.media_type) == ("375 Beale St", MediaType.LOCATION)
    assert place.metadata["latitude"] == 37.78789
    template = sent(Body=None, ContentSid="HX1", ContentVariables='{"1": "Ana"}')
    assert template.metadata["template_variables"] == {"1": "Ana"}
    assert (template.metadata["kind"], template.metadata["template_name"]) == ("template", "HX1")


@pytest.mark.parametrize(
    ("method", "url", "data"),
    [
        ("GET", URL, TEXT),
        ("POST", ONE, {"Body": ""}),
        ("DELETE", ONE, None),
        ("POST", URL, None),
        ("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json", TEXT),
        ("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1/Feedback.json", TEXT),
    ],
)
def test_other_calls_send_nothing(method: str, url: str, data: dict[str, str] | None) -> None:
    assert message_of(method, url, data, message_id="local:1") is None
    assert event_of(method, url, data) is None


def test_a_request_without_a_recipient_is_no_message() -> None:
    with pytest.raises(InvalidMessage, match="To is missing"):
        message_of("POST", URL, {"Body": "x"}, message_id="local:1")


def test_a_scheduled_message_is_canceled() -> None:
    assert event_of("POST", ONE, {"Status": "canceled"}) == StatusChanged(
        message_id="SM1", status=Status.FAILED, error_message="canceled before it was sent"
    )


@pytest.mark.parametrize(
    ("code", "body", "response"),
    [
        (201, '{"sid": "SM1", "status": "queued"}', Response(message_id="SM1")),
        (201, "{}", Response()),
        (201, b"\xff", Response()),
        (400, '{"code": 21211, "message": "Invalid"}', Response(error="21211 Invalid")),
        (503, "<html>", Response(error="HTTP 503")),
    ],
)
def test_an_answer_has_the_id_or_the_reason(
    code: int, body: str | bytes, response: Response
) -> None:
    assert response_of(code, body) == response
