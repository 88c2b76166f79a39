from typing import Any

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import Ignored, MessageDeleted, MessageEdited, ReactionChanged, Refused
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status

from .bodies import BUSINESS, PERSON, cloud_messages, message, only_message, parse, webhook

PROFILE = {"profile": {"name": "Sam", "username": "sam.reads"}, "wa_id": PERSON, "user_id": "US.7"}


def read(kind: str = "text", part: Any = None, **fields: Any) -> NewMessage:
    return only_message(cloud_messages(message(kind, part, **fields)))


def test_a_text_is_read_with_everything_around_it() -> None:
    new = only_message(cloud_messages(message(), contacts=[PROFILE]))
    assert (new.message_id, new.content, new.status) == ("wamid.A1", "hello", None)
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BUSINESS, PERSON)
    assert (new.direction, new.context_type) == (Direction.INCOMING, ContextType.PRIVATE)
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1788000000
    assert dict(new.metadata) == {
        "provider": "whatsapp_cloud",
        "kind": "text",
        "waba_id": "2001",
        "phone_number_id": "1001",
        "display_phone_number": BUSINESS,
        "profile_name": "Sam",
        "username": "sam.reads",
        "user_id": "US.7",
        "raw": message(),
    }


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("image", MediaType.IMAGE),
        ("video", MediaType.VIDEO),
        ("audio", MediaType.AUDIO),
        ("voice", MediaType.AUDIO),
        ("document", MediaType.DOCUMENT),
        ("sticker", MediaType.STICKER),
        ("hologram", MediaType.OTHER),
    ],
)
def test_media_of_every_kind(kind: str, media_type: MediaType) -> None:
    part = {
        "id": "77", "mime_type": "a/b", "sha256": "c2hh", "caption": "look", "filename": "f.bin",
        "url": "https://media.example.com/77", "voice": True, "file_size": "1234",
    }  # fmt: skip
    new = read(kind, part)
    assert (new.media_type, new.media_content_type, new.media_size) == (media_type, "a/b", 1234)
    assert (new.content, new.media_url) == ("look", "https://media.example.com/77")
    lifted = {"media_id": "77", "media_sha256": "c2hh", "filename": "f.bin", "voice": True}
    assert lifted.items() <= dict(new.metadata).items()


@pytest.mark.parametrize(
    ("kind", "part", "content", "lifted"),
    [
        ("location", {"latitude": 1, "longitude": -2.5, "name": "Pier"}, "Pier",
         {"latitude": 1, "longitude": -2.5, "location_name": "Pier"}),
        ("contacts", [{"name": {"formatted_name": "Lee"}, "phones": [{"phone": "+1 2"}]}], None,
         {"contact_names": ["Lee"], "contact_phones": ["+1 2"]}),
        ("order", {"catalog_id": "c", "text": "wrap it", "product_items": [{"quantity": 1}]},
         "wrap it", {"order_catalog_id": "c", "order_items": [{"quantity": 1}]}),
        ("button", {"text": "Yes", "payload": "y"}, "Yes", {"reply_id": "y"}),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "b", "title": "Go"}}, "Go",
         {"reply_id": "b", "interactive_type": "button_reply"}),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "r", "title": "Row"}}, "Row",
         {"reply_id": "r", "reply_title": "Row"}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"body": "Sent",
         "response_json": '{"seats": 2}'}}, "Sent", {"flow_response": {"seats": 2}}),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"body": "Sent",
         "response_json": "{cut"}}, "Sent", {"interactive_type": "nfm_reply"}),
        ("interactive", {"type": "call_permission_reply", "call_permission_reply":
         {"response": "accept"}}, None, {"reply_response": "accept"}),
        ("template", {"name": "welcome", "language": {"code": "es"}}, None,
         {"template_name": "welcome", "template_language": "es"}),
        ("system", {"type": "user_changed_number", "body": "moved", "wa_id": "9"}, "moved",
         {"kind": "system", "system_type": "user_changed_number", "new_wa_id": "9"}),
        ("unsupported", {"type": "poll"}, None, {"unsupported_type": "poll"}),
        ("request_welcome", {}, None, {"kind": "request_welcome"}),
        ("smoke_signal", {"body": "puff"}, "puff", {"kind": "smoke_signal"}),
    ],
)  # fmt: skip
def test_every_other_type(
    kind: str, part: Any, content: str | None, lifted: dict[str, Any]
) -> None:
    new = read(kind, part)
    assert new.content == content
    assert lifted.items() <= dict(new.metadata).items()


def test_a_message_without_a_type_is_stored() -> None:
    new = only_message(cloud_messages({"from": PERSON, "id": "wamid.A1"}))
    assert (new.content, new.metadata["kind"], new.created_at) == (None, "unknown", None)


def test_what_surrounds_a_message_is_lifted() -> None:
    context = {
        "id": "wamid.Q", "from": BUSINESS, "frequently_forwarded": True,
        "referred_product": {"catalog_id": "c", "product_retailer_id": "p"},
    }  # fmt: skip
    new = read(context=context, referral={"source_id": "ad", "ctwa_clid": "x"})
    assert new.reply_to_message_id == "wamid.Q"
    lifted = {
        "forwarded": True, "frequently_forwarded": True, "reply_to_sender": BUSINESS,
        "product_retailer_id": "p", "product_catalog_id": "c", "referral_source_id": "ad",
        "ctwa_clid": "x",
    }  # fmt: skip
    assert lifted.items() <= dict(new.metadata).items()


def test_errors_of_a_message_are_its_error_message() -> None:
    error = {"code": 131051, "title": "Unknown", "error_data": {"details": "Not supported."}}
    new = read("unsupported", {}, errors=[error])
    assert new.error_message == "131051 Unknown: Not supported."
    assert new.metadata["error_code"] == 131051
    beside = only_message(cloud_messages(message(), errors=[{"code": 1, "title": "Beside"}]))
    assert beside.error_message == "1 Beside"


def test_a_group_is_the_context() -> None:
    new = read(group_id="club")
    assert (new.context_id, new.context_type, new.sender) == ("club", ContextType.GROUP, PERSON)


def test_who_hides_their_number_is_known_by_their_user_id() -> None:
    hidden = message(from_user_id="US.7")
    del hidden["from"]
    new = only_message(cloud_messages(hidden))
    assert (new.sender, new.context_id, new.metadata["user_id"]) == ("US.7", "US.7", "US.7")


def test_the_only_contact_is_the_sender_where_nothing_else_names_one() -> None:
    nameless = message()
    del nameless["from"]
    assert only_message(cloud_messages(nameless, contacts=[PROFILE])).sender == PERSON
    [refused] = cloud_messages(nameless)
    assert refused == Refused(reason="messages[0]: neither from nor from_user_id names the sender")


def test_an_echo_is_outgoing_and_was_sent() -> None:
    echo = message(to="+1 312 555-0177") | {"from": BUSINESS}
    for value, field in (({"message_echoes": [echo]}, "smb_message_echoes"),
                         ({"messages": [echo]}, "smb_message_echoes")):  # fmt: skip
        new = only_message(parse("whatsapp_cloud", webhook(value, field=field)))
        assert (new.direction, new.status) == (Direction.OUTGOING, Status.SENT)
        assert (new.sender, new.recipient, new.context_id) == (BUSINESS, PERSON, PERSON)
        assert new.metadata["echo"] is True


def test_a_reaction_and_its_removal() -> None:
    for part, emoji in (({"emoji": "🎉"}, "🎉"), ({"emoji": ""}, None), ({}, None)):
        [event] = cloud_messages(message("reaction", {"message_id": "wamid.T"} | part))
        assert isinstance(event, ReactionChanged)
        assert (event.message_id, event.sender, event.emoji) == ("wamid.T", PERSON, emoji)


def test_an_edit_and_a_revocation() -> None:
    new = {"type": "image", "image": {"caption": "new", "id": "5"}}
    [edit] = cloud_messages(message("edit", {"original_message_id": "wamid.T", "message": new}))
    assert isinstance(edit, MessageEdited)
    assert (edit.message_id, edit.edit_id, edit.content) == ("wamid.T", "wamid.A1", "new")
    assert (edit.media_type, edit.metadata["media_id"]) == (MediaType.IMAGE, "5")
    [gone] = cloud_messages(message("revoke", {"original_message_id": "wamid.T"}))
    assert isinstance(gone, MessageDeleted)
    assert gone.message_id == "wamid.T"


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        message(id=None),
        message(id=""),
        message(id={"a": "private"}),
        message(id=True),
        message(id="x" * 513),
        message(context={"id": ["private"]}),
        message() | {"from": ["private"]},
        message("reaction", {"emoji": "x"}),
        message("reaction", "private"),
        message("edit", {"message": {}}),
        message("revoke", None),
    ],
)
def test_a_broken_message_does_not_lose_the_others(broken: Any) -> None:
    first, refused, last = cloud_messages(message(id="wamid.1"), broken, message(id="wamid.3"))
    assert isinstance(refused, Refused)
    assert "messages[1]" in refused.reason
    assert "private" not in refused.reason
    assert only_message([first]).message_id == "wamid.1"
    assert only_message([last]).message_id == "wamid.3"


def test_an_id_that_is_a_number_is_its_digits() -> None:
    assert read(id=12345).message_id == "12345"


@pytest.mark.parametrize(
    "payload",
    [{}, {"entry": {}}, {"object": "page", "entry": []}, {"object": None, "entry": []}],
)
def test_another_webhook_is_not_read(payload: Any) -> None:
    with pytest.raises(InvalidPayload, match="not a WhatsApp webhook"):
        parse("whatsapp_cloud", payload)


def test_what_holds_no_messages_is_ignored() -> None:
    assert parse("whatsapp_cloud", {"entry": []}) == [Ignored(reason="a webhook without changes")]
    value = {"groups": [{"subject": "private"}]}
    [ignored] = parse("whatsapp_cloud", webhook(value, field="group_lifecycle_update"))
    assert ignored == Ignored(reason="field group_lifecycle_update carries no message")
    [ignored] = parse("whatsapp_cloud", webhook({}, field="my private words"))
    assert ignored == Ignored(reason="field (unnamed) has no reader", unknown=True)
    [ignored] = parse("whatsapp_cloud", webhook({"errors": [{"code": 130429, "title": "Busy"}]}))
    assert ignored == Ignored(reason="an error notice of Meta, code 130429")
