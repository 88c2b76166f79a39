from itertools import count
from typing import Any

import pytest

from messagestore.errors import InvalidMessage
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.redaction import REMOVED
from messagestore.providers.telegram.answers import change_events, error_of, sent_ids
from messagestore.providers.telegram.calls import Call
from messagestore.providers.telegram.sends import queued_messages

BOT, PERSON, GROUP = "7000000001", "5200000001", "-1002000000011"
TOKEN = f"{BOT}:AAF-fictional-token-of-a-bot-0000000"
DATE = 1790935200
DONE = True
"""What Telegram answers where there is nothing to tell."""


def call(method: str, **parameters: Any) -> Call:
    return Call.of(BOT, method, {"chat_id": int(PERSON)} | parameters)


def queued(method: str, **parameters: Any) -> list[NewMessage]:
    numbers = count(1)
    return queued_messages(call(method, **parameters), lambda: f"local:{next(numbers)}")


def only(method: str, **parameters: Any) -> NewMessage:
    [message] = queued(method, **parameters)
    return message


def changes(method: str, result: Any, **parameters: Any) -> list[Any]:
    messages = queued(method, **parameters)
    return list(change_events(call(method, **parameters), messages, result, "9"))


def test_a_text_is_read_with_everything_around_it() -> None:
    new = only("sendMessage", text="<b>hi</b>", parse_mode="HTML", message_thread_id=7)
    assert (new.message_id, new.status) == ("local:1", Status.QUEUED)
    assert (new.sender, new.recipient, new.context_id) == (BOT, PERSON, PERSON)
    assert (new.direction, new.context_type) == (Direction.OUTGOING, ContextType.PRIVATE)
    assert new.content == "<b>hi</b>"
    assert (new.metadata["parse_mode"], new.metadata["thread_id"]) == ("HTML", 7)
    assert only("SENDMESSAGE", chat_id=int(GROUP), text="hi").context_type is ContextType.GROUP


@pytest.mark.parametrize(
    ("method", "parameters", "content", "media_type"),
    [
        ("sendPhoto", {"photo": "F", "caption": "look"}, "look", MediaType.IMAGE),
        ("sendVideo", {"video": "F"}, None, MediaType.VIDEO),
        ("sendAnimation", {"animation": "F"}, None, MediaType.VIDEO),
        ("sendVideoNote", {"video_note": "F"}, None, MediaType.VIDEO),
        ("sendLivePhoto", {"live_photo": "F"}, None, MediaType.VIDEO),
        ("sendAudio", {"audio": "F"}, None, MediaType.AUDIO),
        ("sendVoice", {"voice": "F"}, None, MediaType.AUDIO),
        ("sendDocument", {"document": "F"}, None, MediaType.DOCUMENT),
        ("sendSticker", {"sticker": "F"}, None, MediaType.STICKER),
        ("sendLocation", {"latitude": 1.5, "longitude": 2}, None, MediaType.LOCATION),
        ("sendVenue", {"latitude": 1.5, "title": "Library"}, "Library", MediaType.LOCATION),
        ("sendContact", {"phone_number": "+1", "first_name": "Ana"}, None, MediaType.CONTACTS),
        ("sendPoll", {"question": "When?", "options": ["Now", "Later"]}, "When?", MediaType.POLL),
        ("sendDice", {}, "🎲", MediaType.OTHER),
        ("sendGame", {"game_short_name": "snake"}, "snake", MediaType.OTHER),
        ("sendInvoice", {"title": "Seat", "prices": [{"amount": 5}]}, "Seat", MediaType.ORDER),
        ("sendChecklist", {"checklist": {"title": "To read"}}, "To read", MediaType.OTHER),
        ("sendRichMessage", {"rich_message": {"html": "<p>hi</p>"}}, "<p>hi</p>", None),
        ("sendGift", {"gift_id": "g", "text": "for you"}, "for you", None),
        (
            "sendPaidMedia",
            {"star_count": 5, "media": [{"type": "photo", "media": "F"}]},
            None,
            MediaType.IMAGE,
        ),
    ],
)
def test_every_method_that_sends(
    method: str, parameters: dict[str, Any], content: str | None, media_type: MediaType | None
) -> None:
    new = only(method, **parameters)
    assert (new.content, new.media_type) == (content, media_type)
    assert new.metadata.get("media_id") == ("F" if "F" in str(parameters) else None)


def test_what_is_only_shown_for_a_moment_is_no_message() -> None:
    for method in ("sendChatAction", "sendMessageDraft", "getMe", "answerCallbackQuery"):
        assert queued(method, text="hi", action="typing") == []


def test_a_file_is_an_id_or_a_link_or_an_upload() -> None:
    link = only("sendPhoto", photo="https://media.example.com/cover.jpg")
    assert link.media_url == "https://media.example.com/cover.jpg"
    for upload in ("attach://0", b"bytes", object(), None):
        new = only("sendPhoto", photo=upload)
        assert (new.media_type, new.media_url) == (MediaType.IMAGE, None)
        assert "media_id" not in new.metadata


def test_no_token_is_kept() -> None:
    link = f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg"
    invoice = {"title": "Seat", "provider_token": "secret-fictional"}
    for new in (
        only("sendPhoto", photo=link, caption=f"from {link}"),
        only("sendInvoice", **invoice),
    ):
        assert TOKEN.partition(":")[2] not in repr(new)
        assert "fictional" not in repr(new)
        assert new.media_url is None
    assert REMOVED in (only("sendMessage", text=link).content or "")


def test_an_album_is_as_many_messages() -> None:
    media = [
        {"type": "photo", "media": "F", "caption": "one"},
        {"type": "document", "media": "attach://0"},
    ]
    first, second = queued("sendMediaGroup", media=media)
    assert (first.media_type, first.content) == (MediaType.IMAGE, "one")
    assert (second.message_id, second.media_type) == ("local:2", MediaType.DOCUMENT)


def test_forwards_and_copies_name_their_source() -> None:
    one = only("forwardMessage", from_chat_id=int(GROUP), message_id=7)
    assert one.metadata["forwarded"] is True
    assert one.metadata["source_message_id"] == f"telegram:{BOT}:{GROUP}:7"
    two = queued("copyMessages", from_chat_id=int(GROUP), message_ids=[7, 8])
    assert [new.metadata["kind"] for new in two] == ["copy", "copy"]
    assert "forwarded" not in two[0].metadata


def test_answers_in_this_chat_and_to_another() -> None:
    here = only("sendMessage", text="hi", reply_parameters={"message_id": 7, "quote": "that"})
    assert here.reply_to_message_id == f"telegram:{BOT}:{PERSON}:7"
    assert here.metadata["quote"] == "that"
    old = only("sendMessage", text="hi", reply_to_message_id=7)
    assert old.reply_to_message_id == here.reply_to_message_id
    there = only("sendMessage", text="hi", reply_parameters={"message_id": 7, "chat_id": GROUP})
    assert there.reply_to_message_id == f"telegram:{BOT}:{GROUP}:7"


def test_a_business_chat_keeps_its_own_ids() -> None:
    new = only("sendMessage", text="hi", business_connection_id="C1")
    assert (new.context_id, new.recipient) == (f"C1:{PERSON}", PERSON)
    answer = {"message_id": 9, "chat": {"id": int(PERSON)}, "business_connection_id": "C1"}
    this = call("sendMessage", text="hi", business_connection_id="C1")
    assert sent_ids(this, [new], answer) == [f"telegram:{BOT}:C1:{PERSON}:9"]


def test_a_send_without_a_chat_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        queued_messages(Call.of(BOT, "sendMessage", {"text": "hi"}), lambda: "local:1")


def test_the_ids_of_what_was_sent() -> None:
    album = queued("sendMediaGroup", media=[{"type": "photo"}, {"type": "photo"}])
    this = call("sendMediaGroup")
    assert sent_ids(this, album, [{"message_id": 1}, {"message_id": 2}]) == [
        f"telegram:{BOT}:{PERSON}:1",
        f"telegram:{BOT}:{PERSON}:2",
    ]
    assert sent_ids(this, album, [{"message_id": 1}]) == [None, None], "nobody knows whose it is"
    assert sent_ids(this, album[:1], DONE) == [None]
    assert sent_ids(this, album[:1], {"message_id": 0}) == [None], "only scheduled"


def test_an_answer_completes_what_the_call_could_not_tell() -> None:
    photo = [{"file_id": "P", "width": 9, "height": 9}]
    answer = {"message_id": 3, "chat": {"id": int(PERSON)}, "date": DATE, "photo": photo}
    [event] = changes("sendPhoto", answer, photo="attach://0")
    assert isinstance(event, MessageEdited)
    assert (event.message_id, event.metadata["media_id"]) == (f"telegram:{BOT}:{PERSON}:3", "P")
    assert event.edit_id == f"{event.message_id}#sent"
    words = {"message_id": 3, "chat": {"id": int(PERSON)}, "date": DATE, "text": "hi"}
    assert changes("sendMessage", words, text="<b>hi</b>") == []
    [event] = changes("forwardMessage", words, from_chat_id=1, message_id=1)
    assert event.content == "hi"
    assert changes("copyMessage", {"message_id": 3}, from_chat_id=1, message_id=1) == []


def test_edits_deletions_and_reactions_of_the_bot() -> None:
    answer = {"message_id": 3, "chat": {"id": int(PERSON)}, "edit_date": DATE, "text": "better"}
    [edit] = changes("editMessageText", answer, message_id=3, text="better")
    assert isinstance(edit, MessageEdited)
    assert (edit.message_id, edit.content) == (f"telegram:{BOT}:{PERSON}:3", "better")
    assert changes("editMessageText", DONE, inline_message_id="I", text="better") == []
    one, two = changes("deleteMessages", DONE, message_ids=[3, 4])
    assert isinstance(one, MessageDeleted)
    assert two.message_id == f"telegram:{BOT}:{PERSON}:4"
    party = [{"type": "emoji", "emoji": "🎉"}]
    [reaction] = changes("setMessageReaction", DONE, message_id=3, reaction=party)
    assert isinstance(reaction, ReactionChanged)
    assert (reaction.sender, reaction.emoji) == (BOT, "🎉")
    [taken_back] = changes("setMessageReaction", DONE, message_id=3)
    assert taken_back.emoji is None


def test_a_channel_that_is_named_gets_its_id_from_the_answer() -> None:
    named = call("sendMessage", chat_id="@reading_news", text="hi")
    assert named.names_chat_by_username
    answer = {"message_id": 5, "chat": {"id": int(GROUP)}}
    assert named.in_chat_of(answer).context_id == GROUP
    assert named.in_chat_of([answer]).context_id == GROUP
    assert named.in_chat_of({"message_id": 5}).context_id == "@reading_news"


def test_the_sentence_of_an_error() -> None:
    refused = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}
    assert error_of(refused) == "403 Forbidden: bot was blocked"
    assert error_of({"ok": False}) == "an error without a description"
