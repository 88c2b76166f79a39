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
    StatusChanged,
)
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

BOT, PERSON, GROUP = "12025550100", "13125550177", "120363000000000042@g.us"
CUS = f"{PERSON}@c.us"
ID = f"whatsapp:{BOT}:{PERSON}:3EB0AA"
SENT = {"id": f"true_{CUS}_3EB0AA", "fromMe": True}


def told(event: str, payload: Any, **envelope: Any) -> list[Event]:
    body = {"event": event, "session": "shop", "me": {"id": f"{BOT}@c.us"}, "payload": payload}
    return parse("waha", body | {"timestamp": 1788000000417} | envelope)


def message(**fields: Any) -> dict[str, Any]:
    basic = {"id": f"false_{CUS}_3EB0AA", "from": CUS, "fromMe": False, "timestamp": 1788000000}
    return basic | {"body": "hallo"} | fields


def read(**fields: Any) -> NewMessage:
    return only_message(told("message", message(**fields)))


def test_a_text_is_read_with_everything_around_it() -> None:
    new = read(ack=2, source="app")
    assert (new.message_id, new.content, new.status) == (ID, "hallo", Status.DELIVERED)
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BOT, PERSON)
    assert (new.direction, new.context_type) == (Direction.INCOMING, ContextType.PRIVATE)
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1788000000
    assert new.metadata["kind"] == "text"
    assert (new.metadata["session"], new.metadata["source"]) == ("shop", "app")


def test_both_events_of_a_message_and_baileys_give_it_one_id() -> None:
    key = {"remoteJid": f"{PERSON}@s.whatsapp.net", "fromMe": False, "id": "3EB0AA"}
    wa = {"key": key, "message": {"conversation": "hallo"}}
    me = {"id": f"{BOT}:3@s.whatsapp.net"}
    through_baileys = {"event": "messages.upsert", "data": {"messages": [wa]}, "me": me}
    assert only_message(told("message.any", message())).message_id == ID
    assert only_message(told("message", message())).message_id == ID
    assert only_message(parse("baileys", through_baileys)).message_id == ID


@pytest.mark.parametrize(
    "fields",
    [
        {"from": f"{BOT}@c.us", "to": CUS},  # WEBJS
        {"from": CUS},  # NOWEB
    ],
)
def test_what_the_bot_sent_in_either_engine(fields: dict[str, Any]) -> None:
    new = only_message(told("message.any", message(**SENT, **fields, ack=1, source="api")))
    assert (new.sender, new.recipient, new.context_id) == (BOT, PERSON, PERSON)
    assert (new.message_id, new.status) == (ID, Status.SENT)


@pytest.mark.parametrize(
    "fields",
    [
        {"_data": {"key": {"remoteJidAlt": f"{PERSON}@s.whatsapp.net"}}},
        {"_data": {"Info": {"SenderAlt": f"{PERSON}:7@s.whatsapp.net"}}},
    ],
)
def test_a_hidden_number_is_resolved_where_the_engine_tells_it(fields: dict[str, Any]) -> None:
    hidden = {"id": "false_98765@lid_3EB0AA", "from": "98765@lid"}
    assert read(**hidden, **fields).context_id == PERSON
    assert read(**hidden).context_id == "98765@lid"
    assert read(**hidden, **fields).message_id == f"whatsapp:{BOT}:98765@lid:3EB0AA"


def test_a_group_a_channel_and_a_status() -> None:
    part = {"id": f"false_{GROUP}_3EB0AA_{CUS}", "from": GROUP, "participant": CUS}
    new = read(**part)
    assert (new.context_id, new.context_type, new.sender) == (GROUP, ContextType.GROUP, PERSON)
    assert new.message_id == f"whatsapp:{BOT}:{GROUP}:3EB0AA"
    channel = read(id="false_1@newsletter_AA", **{"from": "1@newsletter"})
    assert (channel.context_id, channel.sender) == ("1@newsletter", "1@newsletter")
    shown = read(id=f"false_status@broadcast_AA_{CUS}", **{"from": "status@broadcast"})
    assert (shown.context_id, shown.sender) == ("status@broadcast", PERSON)


@pytest.mark.parametrize(
    ("ack", "name", "status"),
    [
        (-1, "ERROR", Status.FAILED),
        (0, "PENDING", Status.QUEUED),
        (1, "SERVER", Status.SENT),
        (2, "DEVICE", Status.DELIVERED),
        (3, "READ", Status.READ),
        (4, "PLAYED", Status.READ),
    ],
)
def test_acks(ack: int, name: str, status: Status) -> None:
    for fields in ({"ack": ack, "ackName": name}, {"ack": ack}, {"ack": None, "ackName": name}):
        [event] = told("message.ack", SENT | {"from": CUS} | fields)
        assert isinstance(event, StatusChanged)
        assert (event.message_id, event.status) == (ID, status)
        assert event.at is not None
    [unknown] = told("message.ack", SENT | {"ack": None, "ackName": "UNKNOWN"})
    assert isinstance(unknown, Ignored)


def test_an_ack_finds_its_message_whoever_it_is_from() -> None:
    """In groups it ends with the participant; in WEBJS `from` is the bot."""
    sent = read(id=f"true_{GROUP}_3EB0AA", fromMe=True, **{"from": f"{BOT}@c.us", "to": GROUP})
    ids = f"true_{GROUP}_3EB0AA_9999@lid", f"true_{GROUP}_3EB0AA_out", f"true_{GROUP}_3EB0AA"
    for found, told_of in ((found, told_of) for found in ids for told_of in (True, None)):
        ack = {"id": found, "from": f"{BOT}@c.us", "to": GROUP, "fromMe": told_of, "ack": 3}
        [event] = told("message.ack.group", ack)
        assert isinstance(event, StatusChanged)
        assert event.message_id == sent.message_id == f"whatsapp:{BOT}:{GROUP}:3EB0AA"
        assert event.context_id == GROUP


@pytest.mark.parametrize(
    ("mimetype", "media_type"),
    [
        ("image/jpeg", MediaType.IMAGE),
        ("video/mp4", MediaType.VIDEO),
        ("audio/ogg; codecs=opus", MediaType.AUDIO),
        ("application/pdf", MediaType.DOCUMENT),
        ("text/csv", MediaType.DOCUMENT),
    ],
)
def test_media(mimetype: str, media_type: MediaType) -> None:
    media = {"url": "https://waha.example.com/1", "mimetype": mimetype, "filename": "f"}
    new = read(hasMedia=True, media=media)
    assert (new.media_type, new.media_content_type) == (media_type, mimetype)
    assert (new.media_url, new.metadata["filename"]) == (media["url"], "f")


def test_media_that_waha_did_not_fetch() -> None:
    failed = {"url": None, "mimetype": None, "error": "timed out"}
    new = read(hasMedia=True, media=failed)
    assert (new.media_type, new.metadata["media_error"]) == (MediaType.OTHER, "timed out")
    sticker = {"message": {"stickerMessage": {"mimetype": "image/webp", "fileLength": "9"}}}
    told_by_engine = read(hasMedia=True, media={"mimetype": "image/webp"}, _data=sticker)
    assert (told_by_engine.media_type, told_by_engine.media_size) == (MediaType.STICKER, 9)


def test_the_body_of_a_place_or_a_contact_in_webjs_is_not_content() -> None:
    place = {"latitude": "52.5", "longitude": "13.4", "description": "Am Brunnen"}
    new = read(body="/9j/4AAQ", location=place, _data={"type": "location"})
    assert (new.content, new.media_type) == ("Am Brunnen", MediaType.LOCATION)
    assert (new.metadata["latitude"], new.metadata["longitude"]) == (52.5, 13.4)
    assert new.metadata["raw"]["body"] == REMOVED
    image = {"type": "image", "body": "/9j/4AAQ", "caption": "look"}
    assert read(body="look", _data=image).metadata["raw"]["_data"]["body"] == REMOVED
    card = "BEGIN:VCARD\nFN:Karl\nTEL;waid=1555:+1 555\nEND:VCARD"
    contact = read(body=card, vCards=[card], _data={"type": "vcard"})
    assert (contact.content, contact.media_type) == (None, MediaType.CONTACTS)
    assert contact.metadata["contact_names"] == ["Karl"]


def test_an_answer_by_either_form_of_id() -> None:
    for found in ("Q1", f"true_{CUS}_Q1"):
        assert read(replyTo={"id": found}).reply_to_message_id == f"whatsapp:{BOT}:{PERSON}:Q1"


def test_what_the_engine_tells_beyond() -> None:
    poll = {"name": "?", "options": [{"optionName": "A"}]}
    new = read(body=None, _data={"Message": {"pollCreationMessage": poll}})
    assert (new.content, new.media_type) == ("?", MediaType.POLL)
    assert new.metadata["poll_options"] == ["A"]
    voice = read(body="", _data={"type": "ptt", "isForwarded": True, "notifyName": "Lea"})
    assert voice.metadata["voice"] is True
    assert (voice.metadata["forwarded"], voice.metadata["profile_name"]) == (True, "Lea")


def test_a_message_that_is_waited_for_does_not_take_the_place_of_the_message() -> None:
    waiting = only_message(told("message.waiting", message(body=None)))
    assert waiting.metadata["kind"] == "waiting"
    assert waiting.message_id == f"whatsapp:{BOT}:{PERSON}:waiting:3EB0AA"


def test_reactions() -> None:
    reaction = {"text": "🎉", "messageId": f"true_{CUS}_3EB0AA"}
    payload = {"id": f"false_{CUS}_R1", "from": CUS, "fromMe": False, "reaction": reaction}
    [event] = told("message.reaction", payload)
    assert isinstance(event, ReactionChanged)
    assert (event.message_id, event.sender, event.emoji) == (ID, PERSON, "🎉")
    [taken] = told("message.reaction", payload | {"reaction": reaction | {"text": ""}})
    assert isinstance(taken, ReactionChanged)
    assert taken.emoji is None
    [mine] = told("message.reaction", payload | {"id": f"true_{CUS}_R2", "fromMe": True})
    assert isinstance(mine, ReactionChanged)
    assert mine.sender == BOT


def test_edits_and_deletions_by_bare_ids() -> None:
    action = {"id": f"false_{CUS}_E1", "from": CUS, "timestamp": 1788000000}
    edit = action | {"editedMessageId": "3EB0AA", "body": "besser"}
    [first] = told("message.edited", edit)
    [again] = told("message.edited", edit)
    assert isinstance(first, MessageEdited)
    assert (first.message_id, first.content) == (ID, "besser")
    assert first == again
    [gone] = told("message.revoked", {"after": action, "revokedMessageId": "3EB0AA"})
    assert isinstance(gone, MessageDeleted)
    assert gone.message_id == ID
    [webjs] = told("message.revoked", {"before": message(), "after": message(body="")})
    assert isinstance(webjs, MessageDeleted)
    assert webjs.message_id == ID


def test_other_events_and_what_is_no_event() -> None:
    for event in ("poll.vote", "event.response", "session.status", "presence.update"):
        assert isinstance(told(event, {})[0], Ignored)
    assert isinstance(told("message.reaction", {})[0], Refused)
    others: list[Any] = [{}, {"event": None}, []]
    for payload in others:
        with pytest.raises(InvalidPayload):
            parse("waha", payload)
