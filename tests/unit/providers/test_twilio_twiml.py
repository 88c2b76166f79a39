import pytest

from messagestore.event import MessageReceived, Refused
from messagestore.message import Direction, MediaType, NewMessage, Status
from messagestore.providers.twilio.twiml import answer_events

WEBHOOK = b"MessageSid=SM1&SmsStatus=received&From=%2B13125550177&To=%2B12025550100&Body=hi"
XML = "application/xml; charset=utf-8"


def answers(document: str, content_type: str = XML, webhook: bytes = WEBHOOK) -> list[NewMessage]:
    events = answer_events(webhook, content_type, document.encode())
    messages = [event.message for event in events if isinstance(event, MessageReceived)]
    assert len(messages) == len(events)
    return messages


def test_each_message_answers_under_an_id_of_its_own() -> None:
    first, second = answers(
        '<?xml version="1.0" encoding="UTF-8"?><Response><Message>\n good &amp; fresh </Message>'
        "<Pause/><Message><Body>and</Body><Media>https://x/1</Media><Media>https://x/2</Media>"
        "</Message></Response>"
    )
    assert (first.message_id, second.message_id) == ("twilio:SM1:answer:1", "twilio:SM1:answer:2")
    assert (first.content, first.status) == ("good & fresh", Status.SENT)
    assert (first.sender, first.recipient) == ("+12025550100", "+13125550177")
    assert first.reply_to_message_id == second.reply_to_message_id == "SM1"
    assert first.direction is Direction.OUTGOING
    assert (second.content, second.media_url) == ("and", "https://x/1")
    assert second.media_type is MediaType.OTHER
    assert [file["url"] for file in second.metadata["attachments"]] == [
        "https://x/1",
        "https://x/2",
    ]


def test_an_answer_may_go_to_another() -> None:
    [message] = answers('<Response><Sms to="+13125550188" from="72975">hi</Sms></Response>')
    assert (message.sender, message.recipient) == ("72975", "+13125550188")
    assert (message.context_id, message.reply_to_message_id) == ("+13125550188", None)


def test_what_follows_a_redirect_is_never_said() -> None:
    document = (
        "<Response><Message>a</Message><Redirect>/x</Redirect><Message>b</Message></Response>"
    )
    assert [message.content for message in answers(document)] == ["a"]


def test_a_plain_text_is_one_message() -> None:
    assert [message.content for message in answers(" <b> ", "text/plain")] == ["<b>"]
    assert answers(" ", "text/plain") == []


@pytest.mark.parametrize(
    "document",
    [
        "",
        "OK",
        "<Response/>",
        "<Response><Message/><Message> <Body/></Message></Response>",
        "<Message>no response</Message>",
        "<Response><Message>cut off",
        '<!DOCTYPE x [<!ENTITY a "aaa">]><Response><Message>&a;</Message></Response>',
        '<?xml version="1.0" encoding="none"?><Response><Message>x</Message></Response>',
    ],
)
def test_other_answers_say_nothing(document: str) -> None:
    assert answers(document) == []
    assert answers("<Response><Message>x</Message></Response>", "application/json") == []


@pytest.mark.parametrize(
    "webhook", [b"", b"AccountSid=AC1", b"MessageSid=SM1&MessageStatus=delivered&To=%2B1"]
)
def test_what_is_no_message_is_not_answered(webhook: bytes) -> None:
    assert answers("<Response><Message>x</Message></Response>", webhook=webhook) == []


def test_an_answer_to_nobody_is_refused_without_what_it_says() -> None:
    document = b"<Response><Message>private</Message></Response>"
    events = answer_events(b"MessageSid=SM1&Body=hi", XML, document)
    assert events == [Refused(reason="answer 1: To is missing")]
