from typing import Any

import pytest

from messagestore.errors import InvalidPayload, InvalidSettings
from messagestore.event import Event, Ignored, MessageReceived, Refused
from messagestore.message import ContextType, Direction, MediaType, NewMessage
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

BOT, PERSON, GROUP, CHANNEL = "7000000001", "5200000001", "-1002000000011", "-1002000000022"
USER = {"id": int(PERSON), "is_bot": False, "first_name": "Nora", "last_name": "Lindqvist"}
ITSELF = {"id": int(BOT), "is_bot": True, "first_name": "Reading Room"}
PRIVATE = {"id": int(PERSON), "type": "private", "first_name": "Nora"}
CLUB = {"id": int(GROUP), "type": "supergroup", "title": "Thursday Book Club"}
NEWS = {"id": int(CHANNEL), "type": "channel", "title": "Reading Room News"}
BASIC = {"message_id": 12, "from": USER, "chat": PRIVATE, "date": 1790935200}


def events(kind: str, part: Any, account: str | None = BOT) -> list[Event]:
    return parse("telegram", {"update_id": 5, kind: part}, account=account)


def read(kind: str = "message", /, **fields: Any) -> NewMessage:
    return only_message(events(kind, BASIC | fields))


def test_a_text_is_read_with_everything_around_it() -> None:
    new = read(text="hello")
    assert (new.message_id, new.content) == (f"telegram:{BOT}:{PERSON}:12", "hello")
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BOT, PERSON)
    assert (new.direction, new.context_type) == (Direction.INCOMING, ContextType.PRIVATE)
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1790935200
    assert dict(new.metadata) == {
        "provider": "telegram",
        "kind": "text",
        "profile_name": "Nora Lindqvist",
        "chat_type": "private",
        "raw": BASIC | {"text": "hello"},
    }


@pytest.mark.parametrize("account", [BOT, f"{BOT}:AAF-secret", f"bot{BOT}:AAF-secret"])
def test_of_a_token_only_the_number_is_used(account: str) -> None:
    new = only_message(events("message", BASIC | {"text": "hi"}, account))
    assert new.recipient == BOT
    assert "secret" not in repr(new)


def test_without_an_account_the_bot_is_unknown_and_a_wrong_one_is_not_taken() -> None:
    new = only_message(events("message", BASIC | {"text": "hi"}, None))
    assert (new.message_id, new.recipient) == (f"telegram:unknown:{PERSON}:12", "unknown")
    with pytest.raises(InvalidSettings, match="numeric id, or its token") as caught:
        events("message", BASIC, "AAF-secret")
    assert "AAF" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("animation", MediaType.VIDEO),
        ("video", MediaType.VIDEO),
        ("video_note", MediaType.VIDEO),
        ("live_photo", MediaType.VIDEO),
        ("audio", MediaType.AUDIO),
        ("voice", MediaType.AUDIO),
        ("document", MediaType.DOCUMENT),
        ("sticker", MediaType.STICKER),
    ],
)
def test_media_of_every_kind(kind: str, media_type: MediaType) -> None:
    part = {"file_id": "F", "file_unique_id": "U", "mime_type": "a/b", "file_size": 3221225472}
    new = read(**{kind: part, "caption": "look"})
    assert (new.media_type, new.media_content_type, new.content) == (media_type, "a/b", "look")
    assert (new.media_size, new.media_url) == (3221225472, None)
    assert (new.metadata["kind"], new.metadata["media_id"]) == (kind, "F")


def test_an_animation_is_not_the_document_that_old_clients_see() -> None:
    new = read(document={"file_id": "D"}, animation={"file_id": "A"})
    assert (new.metadata["kind"], new.metadata["media_id"]) == ("animation", "A")


def test_the_largest_size_of_a_photo_is_taken_wherever_it_stands() -> None:
    sizes = [
        {"file_id": "m", "width": 320, "height": 240, "file_size": 19822},
        {"file_id": "y", "width": 1280, "height": 960, "file_size": 118240},
        {"file_id": "s", "width": 90, "height": 67, "file_size": 1431},
    ]
    new = read(photo=sizes, media_group_id="14")
    assert (new.metadata["media_id"], new.media_size) == ("y", 118240)
    assert new.metadata["media_group_id"] == "14"


@pytest.mark.parametrize(
    ("part", "content", "media_type", "lifted"),
    [
        (
            {"location": {"latitude": 1.5, "longitude": 2}},
            None,
            MediaType.LOCATION,
            {"kind": "location", "latitude": 1.5, "longitude": 2},
        ),
        (
            {"location": {}, "venue": {"title": "Library", "address": "Elm Street 1"}},
            "Library",
            MediaType.LOCATION,
            {"kind": "venue", "location_name": "Library", "location_address": "Elm Street 1"},
        ),
        (
            {"contact": {"phone_number": "+1", "first_name": "Ana", "last_name": "Q"}},
            None,
            MediaType.CONTACTS,
            {"contact_names": ["Ana Q"], "contact_phones": ["+1"]},
        ),
        (
            {"poll": {"id": "6", "question": "When?", "options": [{"text": "Now"}]}},
            "When?",
            MediaType.POLL,
            {"poll_id": "6", "poll_options": ["Now"]},
        ),
        ({"dice": {"emoji": "🎯", "value": 5}}, "🎯", MediaType.OTHER, {"dice_value": 5}),
        ({"story": {"id": 2, "chat": NEWS}}, None, MediaType.OTHER, {"kind": "story"}),
        ({"game": {"title": "Snake"}}, "Snake", MediaType.OTHER, {"kind": "game"}),
        (
            {"invoice": {"title": "Seat", "currency": "XTR", "total_amount": 50}},
            "Seat",
            MediaType.ORDER,
            {"currency": "XTR", "total_amount": 50},
        ),
        (
            {"checklist": {"title": "To read", "tasks": [{"id": 1, "text": "Salt"}]}},
            "To read",
            MediaType.OTHER,
            {"checklist_tasks": ["Salt"]},
        ),
        (
            {"web_app_data": {"data": "B4", "button_text": "Choose"}},
            "B4",
            None,
            {"kind": "web_app_data", "reply_title": "Choose"},
        ),
        (
            {"giveaway": {"winner_count": 3, "prize_description": "Books"}},
            "Books",
            None,
            {"kind": "giveaway", "winner_count": 3},
        ),
        (
            {
                "paid_media": {
                    "star_count": 5,
                    "paid_media": [{"type": "video", "video": {"file_id": "V"}}],
                }
            },
            None,
            MediaType.VIDEO,
            {"kind": "paid_media", "star_count": 5, "media_id": "V"},
        ),
        ({"hologram": {"file_id": "H"}}, None, MediaType.OTHER, {"kind": "hologram"}),
    ],
)
def test_other_kinds(
    part: Any, content: str | None, media_type: MediaType | None, lifted: dict[str, Any]
) -> None:
    new = read(**part)
    assert (new.content, new.media_type) == (content, media_type)
    assert lifted.items() <= dict(new.metadata).items()


def test_the_words_of_a_rich_message() -> None:
    bold = {"type": "bold", "text": "salt"}
    blocks = [
        {"type": "heading", "text": "Tonight"},
        {"type": "paragraph", "text": ["The ", bold, " road"]},
        {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "Night ferries"}]}]},
    ]
    new = read(rich_message={"blocks": blocks})
    assert new.content == "Tonight\nThe salt road\nNight ferries"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"text": "/Report@reading_room_bot 7", "length": 24}, "report"),
        ({"text": "/start", "length": 6}, "start"),
        ({"caption": "/keep", "length": 5}, "keep"),
        ({"text": "do /this", "offset": 3, "length": 5}, None),
        ({"text": "/usr/bin", "type": "code"}, None),
    ],
)
def test_a_command_is_the_entity_at_the_very_beginning(
    fields: dict[str, Any], name: str | None
) -> None:
    entity = {"type": "bot_command", "offset": 0}
    entity |= {key: fields[key] for key in ("type", "offset", "length") if key in fields}
    words = {key: fields[key] for key in ("text", "caption") if key in fields}
    entities = "entities" if "text" in words else "caption_entities"
    new = read(**words, **{entities: [entity]})
    assert (new.is_bot_command, new.command_name) == (name is not None, name)


def test_who_writes_for_a_chat_is_that_chat() -> None:
    fake = {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"}
    admin = read(**{"from": fake, "sender_chat": CLUB, "chat": CLUB, "text": "hi"})
    assert (admin.sender, admin.context_id) == (GROUP, GROUP)
    assert admin.metadata["profile_name"] == CLUB["title"]
    post = {"message_id": 88, "sender_chat": NEWS, "chat": NEWS, "date": 1790935200, "text": "hi"}
    new = only_message(events("channel_post", post))
    assert (new.sender, new.context_id, new.context_type) == (CHANNEL, CHANNEL, ContextType.GROUP)


def test_what_the_bot_wrote_is_outgoing() -> None:
    new = read(**{"from": ITSELF, "chat": CLUB, "text": "hi"})
    assert (new.direction, new.sender, new.recipient) == (Direction.OUTGOING, BOT, GROUP)


def test_a_business_chat_is_not_the_bots_own_chat_with_the_same_person() -> None:
    question = read("business_message", business_connection_id="C1", text="hi")
    assert question.message_id == f"telegram:{BOT}:C1:{PERSON}:12"
    assert (question.context_id, question.sender) == (f"C1:{PERSON}", PERSON)
    owner = {"id": 9, "is_bot": False, "first_name": "Ines"}
    answer = read("business_message", **{"business_connection_id": "C1", "from": owner, "text": ""})
    assert (answer.direction, answer.sender, answer.recipient) == (Direction.OUTGOING, "9", PERSON)
    assert answer.context_id == question.context_id
    guest = read("guest_message", guest_query_id="Q", text="hi")
    assert guest.context_id == f"guest:{PERSON}"


def test_an_ephemeral_message_has_no_number_of_its_own() -> None:
    first = read(message_id=0, ephemeral_message_id=3, chat=CLUB, text="a")
    second = read(message_id=0, ephemeral_message_id=4, chat=CLUB, text="b")
    assert first.message_id == f"telegram:{BOT}:{GROUP}:ephemeral-3-1790935200"
    assert first.message_id != second.message_id


def test_answers_quotes_and_forwards() -> None:
    answer = read(
        reply_to_message={"message_id": 7, "chat": PRIVATE, "date": 1}, quote={"text": "that"}
    )
    assert answer.reply_to_message_id == f"telegram:{BOT}:{PERSON}:7"
    assert answer.metadata["quote"] == "that"
    origin = {"type": "channel", "chat": NEWS, "message_id": 88, "date": 1790935100}
    forward = read(forward_origin=origin, text="news").metadata
    assert (forward["forwarded"], forward["forward_from_id"]) == (True, CHANNEL)
    assert forward["forward_message_id"] == "88"
    hidden = read(forward_origin={"type": "hidden_user", "sender_user_name": "Sam"}).metadata
    assert hidden["forward_from_name"] == "Sam"
    other = read(external_reply={"chat": NEWS, "message_id": 88, "origin": origin})
    assert other.reply_to_message_id is None
    assert other.metadata["external_reply_chat_id"] == CHANNEL


def test_service_messages() -> None:
    joined = read(new_chat_members=[USER]).metadata
    assert (joined["kind"], joined["system_type"]) == ("system", "new_chat_members")
    assert (joined["member_ids"], joined["member_names"]) == ([PERSON], ["Nora"])
    pinned = read(pinned_message={"message_id": 7, "chat": PRIVATE, "date": 1, "text": "x"})
    assert pinned.metadata["pinned_message_id"] == f"telegram:{BOT}:{PERSON}:7"
    assert pinned.content is None, "the pinned message has its words"
    assert read(new_chat_title="Books").content == "Books"
    moved = read(migrate_to_chat_id=-1002000000044).metadata
    assert moved["migrate_to_chat_id"] == "-1002000000044"
    shared = read(users_shared={"request_id": 1, "users": [{"user_id": 8}]}).metadata
    assert shared["shared_ids"] == ["8"]
    assert read(gift={"gift": {"id": "g"}, "text": "for you"}).content == "for you"
    payment = {"currency": "XTR", "total_amount": 50, "invoice_payload": "seat"}
    assert payment.items() <= dict(read(successful_payment=payment).metadata).items()


def test_fields_that_are_false_say_nothing() -> None:
    """As python-telegram-bot hands messages on."""
    new = read(group_chat_created=False, delete_chat_photo=False, hologram=False, dice={"value": 1})
    assert new.metadata["kind"] == "dice"
    assert read(group_chat_created=False).metadata["kind"] == "unknown"


def test_credentials_are_not_kept() -> None:
    new = read(passport_data={"data": [], "credentials": {"secret": "s"}})
    assert new.metadata["raw"]["passport_data"]["credentials"] == {"secret": REMOVED}


def test_the_answer_of_get_updates_and_an_array_lose_none_for_a_broken_one() -> None:
    good, late = ({"update_id": n, "message": BASIC | {"message_id": n}} for n in (1, 9))
    broken = [{"update_id": 2, "message": {"chat": ["private words"]}}, "private words"]
    for body in ({"ok": True, "result": [good, *broken, late]}, [good, *broken, late]):
        first, *refused, last = parse("telegram", body, account=BOT)
        assert isinstance(first, MessageReceived)
        assert isinstance(last, MessageReceived)
        assert len(refused) == 2
        for event in refused:
            assert isinstance(event, Refused)
            assert "private words" not in event.reason


def test_what_is_no_update_is_not_read() -> None:
    for payload in (None, 5, "update", {"ok": False}, {"message_id": 1}):
        with pytest.raises(InvalidPayload):
            parse("telegram", payload)
    assert parse("telegram", []) == [Ignored(reason="no updates")]
    [event] = events("weather_report", {})
    assert event == Ignored(reason="an update of type weather_report has no reader", unknown=True)
