from typing import Any

from messagestore.event import Event, Ignored, MessageEdited, MessageReceived, ReactionChanged
from messagestore.message import Direction, MediaType, NewMessage, Status

from .bodies import BUSINESS, PERSON, message, only_message, parse, webhook


def past(status: str, **fields: Any) -> dict[str, Any]:
    return message(history_context={"status": status}) | fields


def chunk(*messages: Any) -> list[Event]:
    threads = [{"id": PERSON, "messages": list(messages)}]
    value = {"history": [{"metadata": {"phase": 2}, "threads": threads}]}
    return parse("whatsapp_cloud", webhook(value, field="history"))


def read(status: str, **fields: Any) -> NewMessage:
    return only_message(chunk(past(status, **fields)))


def test_a_message_of_the_past_keeps_its_direction_and_status() -> None:
    incoming = read("READ")
    assert (incoming.direction, incoming.status) == (Direction.INCOMING, Status.READ)
    assert incoming.metadata["history"] is True
    assert incoming.metadata["history_phase"] == 2
    for fields in ({"from": BUSINESS}, {"from": BUSINESS, "to": PERSON}, {"to": PERSON}):
        outgoing = read("DELIVERED", **fields)
        assert (outgoing.direction, outgoing.status) == (Direction.OUTGOING, Status.DELIVERED)
        assert outgoing.context_id == PERSON


def test_the_words_of_history_are_understood() -> None:
    words = {"PENDING": "queued", "SENT": "sent", "ERROR": "failed", "PLAYED": "read", "?": "sent"}
    for word, status in words.items():
        assert read(word, **{"from": BUSINESS}).status == status
    assert read("SENT").status is Status.DELIVERED, "what came in did arrive"


def test_the_thread_names_who_a_message_does_not() -> None:
    nameless = past("READ")
    del nameless["from"]
    assert only_message(chunk(nameless)).sender == PERSON


def test_media_told_later_fills_in_its_placeholder() -> None:
    placeholder = message("media_placeholder", {})
    assert only_message(chunk(placeholder)).media_type is MediaType.OTHER
    told = message("image", {"id": "5", "caption": "tram"})
    event, edit = parse("whatsapp_cloud", webhook({"messages": [told]}, field="history"))
    assert isinstance(event, MessageReceived)
    assert isinstance(edit, MessageEdited)
    assert edit.message_id == event.message.message_id
    assert (edit.media_type, edit.content) == (MediaType.IMAGE, "tram")


def test_a_reaction_of_the_past_is_a_reaction() -> None:
    [event] = chunk(message("reaction", {"message_id": "wamid.T", "emoji": "x"}))
    assert isinstance(event, ReactionChanged)
    [event] = parse(
        "whatsapp_cloud",
        webhook({"messages": [message("reaction", {"message_id": "wamid.T"})]}, field="history"),
    )
    assert isinstance(event, ReactionChanged)


def test_history_that_is_not_shared_is_ignored() -> None:
    value = {"history": [{"errors": [{"code": 2593109, "title": "off"}]}, {}]}
    declined, empty = parse("whatsapp_cloud", webhook(value, field="history"))
    assert declined == Ignored(reason="history is not shared, code 2593109")
    assert isinstance(empty, Ignored)


def test_a_type_that_is_no_text_is_unknown() -> None:
    assert only_message(chunk(past("READ", type=[]))).metadata["kind"] == "unknown"
