from typing import Any

from messagestore.event import (
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    Refused,
)
from messagestore.message import ContextType

from .bodies import only_message, parse
from .test_telegram_messages import BASIC, BOT, CLUB, GROUP, PERSON, USER, events

KEYBOARD = {"inline_keyboard": [[{"text": "I do", "callback_data": "yes"}], [{"text": "No"}]]}


def edit(update_id: int, **fields: Any) -> MessageEdited:
    part = BASIC | {"edit_date": 1790935260} | fields
    [event] = parse("telegram", {"update_id": update_id, "edited_message": part}, account=BOT)
    assert isinstance(event, MessageEdited)
    return event


def test_an_edit_names_its_message_and_is_the_same_when_delivered_again() -> None:
    first, again = edit(5, text="better"), edit(5, text="better")
    assert (first.message_id, first.content) == (f"telegram:{BOT}:{PERSON}:12", "better")
    assert first.at is not None
    assert first.at.timestamp() == 1790935260
    assert first.edit_id == again.edit_id


def test_two_edits_of_one_second_are_two_in_their_order() -> None:
    assert edit(99, text="better").edit_id < edit(100, text="best").edit_id


def test_an_edit_of_media() -> None:
    event = edit(5, animation={"file_id": "A", "mime_type": "video/mp4"}, caption="look")
    assert (event.content, event.media_content_type) == ("look", "video/mp4")
    assert event.metadata["media_id"] == "A"


def test_deletions_in_a_business_chat_lose_none_for_a_broken_one() -> None:
    part = {"business_connection_id": "C1", "chat": BASIC["chat"], "message_ids": [3, None, 4]}
    first, broken, last = events("deleted_business_messages", part)
    assert isinstance(first, MessageDeleted)
    assert isinstance(last, MessageDeleted)
    assert first.message_id == f"telegram:{BOT}:C1:{PERSON}:3"
    assert last.message_id == f"telegram:{BOT}:C1:{PERSON}:4"
    assert isinstance(broken, Refused)


def reaction(new: list[Any], **actor: Any) -> ReactionChanged:
    part = {"chat": CLUB, "message_id": 35, "date": 1790935300, "old_reaction": []}
    [event] = events("message_reaction", part | (actor or {"user": USER}) | {"new_reaction": new})
    assert isinstance(event, ReactionChanged)
    return event


def test_all_reactions_of_a_sender_are_kept_and_taken_back() -> None:
    party = {"type": "emoji", "emoji": "🎉"}
    one = reaction([party])
    assert (one.message_id, one.sender, one.emoji) == (f"telegram:{BOT}:{GROUP}:35", PERSON, "🎉")
    custom = {"type": "custom_emoji", "custom_emoji_id": "53"}
    assert reaction([party, custom, {"type": "paid"}]).emoji == "🎉 custom:53 ⭐"
    assert reaction([]).emoji is None
    assert reaction([party], actor_chat=CLUB).sender == GROUP


def tap(**fields: Any) -> Any:
    query = {"id": "880", "from": USER, "chat_instance": "-1", "data": "yes"}
    return only_message(events("callback_query", query | fields))


def test_a_tap_says_what_the_button_reads() -> None:
    asked = {"message_id": 40, "chat": CLUB, "date": 1790935200, "reply_markup": KEYBOARD}
    new = tap(message=asked)
    assert (new.message_id, new.content) == (f"telegram:{BOT}:callback:880", "I do")
    assert (new.sender, new.context_id, new.context_type) == (PERSON, GROUP, ContextType.GROUP)
    assert new.reply_to_message_id == f"telegram:{BOT}:{GROUP}:40"
    assert (new.metadata["reply_id"], new.metadata["reply_title"]) == ("yes", "I do")
    assert new.created_at is None, "Telegram tells no time"


def test_a_tap_without_its_keyboard_says_the_data() -> None:
    gone = {"message_id": 40, "chat": CLUB, "date": 0}
    assert tap(message=gone).content == "yes"
    inline = tap(inline_message_id="I1")
    assert (inline.context_id, inline.context_type) == (PERSON, ContextType.PRIVATE)
    assert (inline.content, inline.metadata["inline_message_id"]) == ("yes", "I1")
    assert tap(data=None, game_short_name="snake").content == "snake"
