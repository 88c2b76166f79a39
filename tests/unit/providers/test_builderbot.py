from typing import Any

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    Refused,
)
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

BOT, PERSON, GROUP = "12025550100", "13125550177", "120363000000000042@g.us"
UUID = "00000000-0000-4000-8000-000000000001"
META = {
    "type": "text", "from": PERSON, "to": BOT, "body": "hola", "name": "Sam", "pushName": "Sam",
    "message_id": "wamid.A1", "timestamp": 1788000000417,
}  # fmt: skip


def events(payload: Any) -> list[Event]:
    return parse("builderbot", payload)


def read(**fields: Any) -> NewMessage:
    return only_message(events(META | fields))


def baileys(message: Any, *, chat: str = f"{PERSON}@s.whatsapp.net", **fields: Any) -> Any:
    key = {"remoteJid": chat, "fromMe": False, "id": "3EB0AA"} | fields.pop("key", {})
    return {"key": key, "message": message, "from": chat.replace("@s.whatsapp.net", "")} | fields


def test_a_text_is_read_with_everything_around_it() -> None:
    new = read()
    assert (new.message_id, new.content, new.status) == ("wamid.A1", "hola", None)
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BOT, PERSON)
    assert (new.direction, new.context_type) == (Direction.INCOMING, ContextType.PRIVATE)
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1788000000.417
    assert dict(new.metadata) == {
        "provider": "builderbot", "kind": "text", "profile_name": "Sam", "raw": META,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "marker", "media_type"),
    [
        ("image", "media", MediaType.IMAGE),
        ("video", "media", MediaType.VIDEO),
        ("sticker", "media", MediaType.STICKER),
        ("hologram", "media", MediaType.OTHER),
        ("audio", "voice_note", MediaType.AUDIO),
        ("document", "document", MediaType.DOCUMENT),
        ("location", "location", MediaType.LOCATION),
        ("contacts", "contacts", MediaType.CONTACTS),
        ("order", "order", MediaType.ORDER),
        ("unknown", "call", None),
    ],
)
def test_a_marker_is_not_content(kind: str, marker: str, media_type: MediaType | None) -> None:
    new = read(type=kind, body=f"_event_{marker}__{UUID}", url="https://media.example.com/1")
    assert (new.content, new.media_type) == (None, media_type)
    assert new.metadata["event"] == marker
    assert new.media_url == "https://media.example.com/1"


def test_what_only_looks_like_a_marker_is_content() -> None:
    for body in ("_event_media__", f"see _event_media__{UUID}", "_event_"):
        assert read(body=body).content == body


def test_a_caption_is_the_content_of_media() -> None:
    assert read(type="image", body=f"_event_media__{UUID}", caption="look").content == "look"


def test_of_a_tapped_row_its_title_is_the_content() -> None:
    row = read(type="interactive", body="row-1", title_list_reply="Friday")
    assert (row.content, row.metadata["reply_title"]) == ("Friday", "Friday")
    button = read(type="button", body="Yes", payload="y", title_button_reply="y")
    assert (button.content, button.metadata["reply_id"]) == ("Yes", "y")
    flow = read(type="interactive", body='{"seats": 2}', nfm_reply={"seats": 2})
    assert (flow.content, flow.metadata["flow_response"]) == (None, {"seats": 2})


def test_whoever_is_not_named_is_unknown() -> None:
    new = only_message(events({"message_id": "123", "timestamp": 1788000000417}))
    assert new.message_id == "builderbot:unknown:123"
    assert {new.sender, new.recipient, new.context_id} == {"unknown"}
    assert read(host="undefined", to=None, pushName="undefined").recipient == "unknown"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"message_id": "wamid.X"}, "wamid.X"),
        ({"message_id": "123"}, f"builderbot:{PERSON}:123"),
        ({"key": {"id": "3EB0"}}, f"builderbot:{PERSON}:3EB0"),
        ({"MessageSid": "SM" + "0a" * 16}, "SM" + "0a" * 16),
        ({"id": "false_1@c.us_3EB0"}, f"builderbot:{PERSON}:false_1@c.us_3EB0"),
        ({"id": {"_serialized": "true_1_2", "fromMe": False}}, f"builderbot:{PERSON}:true_1_2"),
        ({"message": {"id": 42}}, f"builderbot:{PERSON}:42"),
    ],
)
def test_the_forms_of_message_id(fields: dict[str, Any], expected: str) -> None:
    ctx = {"from": PERSON, "body": "hola"} | fields
    assert only_message(events(ctx)).message_id == expected


def test_without_an_id_the_same_ctx_is_the_same_message() -> None:
    ctx = {"from": PERSON, "answer": "Hola", "ref": "ans_1"}
    first, again = only_message(events(ctx)), only_message(events(ctx))
    other = only_message(events(ctx | {"ref": "ans_2"}))
    assert first.message_id == again.message_id
    assert first.message_id.startswith(f"builderbot:{PERSON}:sha256-")
    assert other.message_id != first.message_id


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"messages": [{"id": "wamid.R"}]}, "wamid.R"),
        ({"key": {"id": "3EB0BB"}}, f"builderbot:{PERSON}:3EB0BB"),
        ({"sid": "MM" + "0b" * 16}, "MM" + "0b" * 16),
        ({"id": {"_serialized": "true_1_2"}}, f"builderbot:{PERSON}:true_1_2"),
    ],
)
def test_what_the_bot_sent(response: Any, expected: str) -> None:
    options = {"media": "https://media.example.com/menu.pdf", "buttons": [{"body": "Dos"}]}
    ctx = {"from": PERSON, "answer": ["Hola", "¿Qué tal?"], "options": options, "host": BOT}
    new = only_message(events(ctx | {"respMessage": response}))
    assert (new.message_id, new.content) == (expected, "Hola\n¿Qué tal?")
    assert (new.direction, new.status) == (Direction.OUTGOING, Status.SENT)
    assert (new.sender, new.recipient, new.context_id) == (BOT, PERSON, PERSON)
    assert (new.media_type, new.media_url) == (MediaType.OTHER, options["media"])
    assert new.metadata["buttons"] == ["Dos"]


def test_steering_answers_were_never_sent() -> None:
    [event] = events({"from": PERSON, "answer": "__end_flow__"})
    assert isinstance(event, Ignored)


def test_a_group_of_baileys() -> None:
    key = {"participant": "98765@lid", "participantAlt": f"{PERSON}:3@s.whatsapp.net"}
    ctx = baileys({"conversation": "hi"}, chat=GROUP, key=key, messageTimestamp=1788000000)
    new = only_message(events(ctx))
    assert (new.context_id, new.context_type) == (GROUP, ContextType.GROUP)
    assert (new.sender, new.content) == (PERSON, "hi")
    assert new.message_id == f"builderbot:{GROUP}:3EB0AA"


def test_a_hidden_number_of_baileys_is_resolved_where_it_is_told() -> None:
    told = baileys({"conversation": "hi"}, chat="98765@lid", key={"remoteJidAlt": f"{PERSON}@c.us"})
    assert only_message(events(told)).context_id == PERSON
    assert only_message(events(baileys({}, chat="98765@lid"))).context_id == "98765@lid"


def test_what_the_owner_wrote_on_a_phone_is_outgoing() -> None:
    mine = only_message(events(baileys({"conversation": "ok"}, key={"fromMe": True}, host=BOT)))
    assert (mine.direction, mine.sender, mine.recipient) == (Direction.OUTGOING, BOT, PERSON)
    venom = {"id": "true_1_2", "fromMe": True, "from": f"{BOT}@c.us", "to": f"{PERSON}@c.us"}
    new = only_message(events(venom | {"body": "ok"}))
    assert (new.sender, new.recipient, new.context_id) == (BOT, PERSON, PERSON)


def test_media_of_baileys_through_wrappers() -> None:
    document = {
        "mimetype": "application/pdf", "fileName": "a.pdf", "caption": "the list",
        "fileLength": {"low": 1500, "high": 0, "unsigned": True}, "contextInfo": {"stanzaId": "Q1"},
    }  # fmt: skip
    wrapped = {"documentWithCaptionMessage": {"message": {"documentMessage": document}}}
    ctx = baileys({"ephemeralMessage": {"message": wrapped}}, body=f"_event_document__{UUID}")
    new = only_message(events(ctx))
    assert (new.media_type, new.media_size) == (MediaType.DOCUMENT, 1500)
    assert (new.media_content_type, new.content) == ("application/pdf", "the list")
    assert new.metadata["filename"] == "a.pdf"
    assert new.reply_to_message_id == f"builderbot:{PERSON}:Q1"


def test_media_of_twilio_by_its_content_type() -> None:
    ctx = {
        "from": PERSON,
        "body": f"_event_media__{UUID}",
        "MediaUrl0": "https://media.example.com/1",
        "MediaContentType0": "image/png",
    }
    new = only_message(events(ctx))
    assert (new.media_type, new.media_content_type) == (MediaType.IMAGE, "image/png")
    assert new.media_url == "https://media.example.com/1"


def test_reactions_edits_and_deletions_of_baileys() -> None:
    target = f"builderbot:{PERSON}:T1"
    key = {"key": {"id": "T1"}}
    [reaction] = events(baileys({"reactionMessage": key | {"text": "🎉"}}))
    assert isinstance(reaction, ReactionChanged)
    assert (reaction.message_id, reaction.emoji, reaction.sender) == (target, "🎉", PERSON)
    [gone] = events(baileys({"protocolMessage": key | {"type": 0}}))
    assert isinstance(gone, MessageDeleted)
    assert gone.message_id == target
    new = {"editedMessage": {"conversation": "better"}}
    [edit] = events(baileys({"protocolMessage": key | {"type": "MESSAGE_EDIT"} | new}))
    assert isinstance(edit, MessageEdited)
    assert (edit.message_id, edit.content) == (target, "better")
    [other] = events(baileys({"protocolMessage": {"type": "EPHEMERAL_SETTING"}}))
    assert isinstance(other, Ignored)


def test_a_list_of_ctx_loses_none_for_a_broken_one() -> None:
    broken = ["private", {"from": ["private"]}, META | {"message_id": "x" * 600}]
    first, *refused, last = events([META, *broken, META | {"message_id": "wamid.Z"}])
    assert only_message([first]).message_id == "wamid.A1"
    assert only_message([last]).message_id == "wamid.Z"
    for event in refused:
        assert isinstance(event, Refused)
        assert "private" not in event.reason


def test_credentials_and_files_are_not_kept() -> None:
    raw = read(jwtToken="eyJ", fileData={"data": "AAAA", "mimetype": "image/png"}).metadata["raw"]
    assert raw["jwtToken"] == REMOVED
    assert raw["fileData"] == {"data": REMOVED, "mimetype": "image/png"}


def test_what_is_no_ctx_is_not_read() -> None:
    for payload in (None, 5, "ctx"):
        with pytest.raises(InvalidPayload, match="a ctx or an array of them"):
            events(payload)
    assert events([]) == [Ignored(reason="an array without ctx")]
    assert events({}) == [Ignored(reason="an empty ctx")]
