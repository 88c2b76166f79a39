import json
from typing import Any

import pytest

from messagestore.errors import InvalidMessage
from messagestore.event import ReactionChanged
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.whatsapp_cloud.sends import Response, Send, response_of, sent_message

PATH = "/v23.0/1001/messages"
PERSON = "13125550177"
BSUID = "US.13491208655302741918"
TO: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": PERSON}


def send(path: str = PATH, **body: Any) -> Send:
    found = Send.of("POST", path, json.dumps(body).encode())
    assert found is not None
    return found


def queued(**body: Any) -> NewMessage:
    message = send(**TO | body).message(message_id="local:1", business="12025550100")
    assert message is not None
    return message


def test_a_text_is_queued_with_everything_around_it() -> None:
    body = TO | {"type": "text", "text": {"body": "hello"}, "context": {"message_id": "wamid.A"}}
    message = queued(**body)
    assert (message.message_id, message.status) == ("local:1", Status.QUEUED)
    assert (message.direction, message.content) == (Direction.OUTGOING, "hello")
    assert (message.sender, message.recipient) == ("12025550100", PERSON)
    assert (message.context_id, message.context_type) == (PERSON, ContextType.PRIVATE)
    assert message.reply_to_message_id == "wamid.A"
    assert dict(message.metadata) == {
        "provider": "whatsapp_cloud",
        "kind": "text",
        "phone_number_id": "1001",
        "display_phone_number": "12025550100",
        "raw": body,
    }


@pytest.mark.parametrize(
    ("kind", "part", "content", "media_type", "metadata"),
    [
        ("image", {"id": "7", "caption": "look"}, "look", MediaType.IMAGE, {"media_id": "7"}),
        ("video", {"id": "7"}, None, MediaType.VIDEO, {"media_id": "7"}),
        ("audio", {"id": "7", "voice": True}, None, MediaType.AUDIO, {"voice": True}),
        ("document", {"id": "7", "filename": "a"}, None, MediaType.DOCUMENT, {"filename": "a"}),
        ("sticker", {"id": "7"}, None, MediaType.STICKER, {"media_id": "7"}),
        (
            "location",
            {"latitude": 41.9, "longitude": -87.6, "name": "Reading Room"},
            "Reading Room",
            MediaType.LOCATION,
            {"latitude": 41.9, "longitude": -87.6},
        ),
        (
            "contacts",
            [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+1"}]}],
            None,
            MediaType.CONTACTS,
            {"contact_names": ["Ana"], "contact_phones": ["+1"]},
        ),
        (
            "template",
            {"name": "opening", "language": {"code": "en_US"}},
            None,
            None,
            {"template_name": "opening", "template_language": "en_US"},
        ),
        (
            "interactive",
            {"type": "button", "body": {"text": "Coming?"}, "action": {"buttons": []}},
            "Coming?",
            None,
            {"interactive_type": "button"},
        ),
        (
            "interactive",
            {
                "type": "cta_url",
                "header": {"type": "image", "image": {"link": "https://x/1.png"}},
                "body": {"text": "Look"},
            },
            "Look",
            MediaType.IMAGE,
            {"interactive_type": "cta_url"},
        ),
        (
            "interactive",
            {"type": "product", "action": {"catalog_id": "4", "product_retailer_id": "SI-1"}},
            None,
            None,
            {"product_catalog_id": "4", "product_retailer_id": "SI-1"},
        ),
        ("novelty", {"body": "new"}, "new", None, {"kind": "novelty"}),
    ],
)
def test_every_type_is_read(
    kind: str, part: Any, content: str | None, media_type: MediaType | None, metadata: Any
) -> None:
    message = queued(type=kind, **{kind: part})
    assert (message.content, message.media_type) == (content, media_type)
    assert message.metadata.items() >= (metadata | {"kind": kind}).items()


def test_a_link_is_the_url_and_a_type_that_is_left_out_is_text() -> None:
    assert queued(type="image", image={"link": "https://x/1"}).media_url == "https://x/1"
    header = {"type": "video", "video": {"link": "https://x/2"}}
    asked = queued(type="interactive", interactive={"type": "button", "header": header})
    assert (asked.media_url, asked.media_type) == ("https://x/2", MediaType.VIDEO)
    plain = queued(text={"body": "hello"})
    assert (plain.content, plain.metadata["kind"]) == ("hello", "text")


def test_a_bsuid_stands_for_a_person_and_a_number_goes_before_it() -> None:
    to_bsuid: dict[str, Any] = {"recipient": BSUID, "type": "text", "text": {"body": "hello"}}
    unknown = send(**to_bsuid).message(message_id="local:1")
    known = send(**to_bsuid).message(message_id="local:1", person=PERSON)
    assert unknown is not None
    assert known is not None
    assert (unknown.context_id, unknown.sender) == (BSUID, "1001")
    assert (known.context_id, known.recipient) == (PERSON, PERSON)
    assert known.metadata["user_id"] == BSUID
    both = send(**to_bsuid | {"to": "+1 (312) 555-0177"})
    assert both.user_id is None
    message = both.message(message_id="local:1")
    assert message is not None
    assert message.context_id == PERSON


def test_a_group_is_the_context() -> None:
    message = queued(recipient_type="group", to="Y2FwaV9ncm91cA", type="text", text={"body": "hi"})
    assert (message.context_id, message.context_type) == ("Y2FwaV9ncm91cA", ContextType.GROUP)


def test_marketing_messages_and_other_versions_send_too() -> None:
    for path in ("/v30.0/1001/marketing_messages", "/1001/messages/"):
        assert send(path, **TO).phone_number_id == "1001"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", PATH, TO),
        ("POST", "/v23.0/1001/media", TO),
        ("POST", "/v23.0/1001/messages/1", TO),
        ("POST", PATH, {"status": "read", "message_id": "wamid.A"}),
        ("POST", PATH, {"status": "read", "typing_indicator": {"type": "text"}}),
        ("POST", PATH, TO | {"type": "pin", "pin": {"type": "pin", "message_id": "wamid.A"}}),
        ("POST", PATH, [TO]),
    ],
)
def test_other_requests_send_nothing(method: str, path: str, body: Any) -> None:
    assert Send.of(method, path, json.dumps(body).encode()) is None
    assert Send.of(method, path, b"{") is None


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="neither to nor recipient"):
        send(type="text", text={"body": "x"}).message(message_id="local:1")


def test_a_reaction_is_set_and_taken_back_and_no_message() -> None:
    for emoji, kept in (("🎉", "🎉"), ("", None)):
        sent = send(**TO | {"type": "reaction", "reaction": {"message_id": "w", "emoji": emoji}})
        assert sent.message(message_id="local:1") is None
        assert sent.reaction(business="12025550100") == ReactionChanged(
            message_id="w", sender="12025550100", emoji=kept
        )
    assert send(**TO).reaction() is None


ANSWER = {"contacts": [{"input": PERSON, "wa_id": PERSON}], "messages": [{"id": "wamid.B"}]}
REFUSAL = {
    "message": "(#131030) Recipient phone number not in allowed list",
    "code": 131030,
    "error_data": {"details": "Add the number to the list."},
}


@pytest.mark.parametrize(
    ("code", "body", "response"),
    [
        (200, json.dumps(ANSWER), Response(message_id="wamid.B", wa_id=PERSON)),
        (
            200,
            json.dumps(ANSWER | {"contacts": [{"input": BSUID, "user_id": BSUID}]}),
            Response(message_id="wamid.B"),
        ),
        (200, "{}", Response()),
        (200, "<html>", Response()),
        (
            400,
            json.dumps({"error": REFUSAL}),
            Response(
                error="131030 Recipient phone number not in allowed list: "
                "Add the number to the list."
            ),
        ),
        (503, "<html>", Response(error="HTTP 503")),
    ],
)
def test_an_answer_has_the_id_or_the_reason(code: int, body: str, response: Response) -> None:
    assert response_of(code, body.encode()) == response


def test_a_message_goes_to_the_number_that_the_answer_names() -> None:
    message = queued(type="text", text={"body": "hello"})
    sent = sent_message(message, Response(message_id="wamid.B", wa_id="1312555017"))
    assert (sent.message_id, sent.status) == ("wamid.B", Status.SENT)
    assert (sent.context_id, sent.recipient) == ("1312555017", "1312555017")
    assert sent_message(message, Response()).context_id == PERSON
