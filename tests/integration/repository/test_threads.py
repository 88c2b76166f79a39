from messagestore import Message, MessageStore
from tests.builders import new_message
from tests.conftest import Clock


async def _thread(store: MessageStore, links: dict[str, str | None], clock: Clock) -> None:
    for message_id, reply_to in links.items():
        new = new_message(message_id, message_id=message_id, reply_to_message_id=reply_to)
        await store.messages.create(new)
        clock.advance(seconds=1)


def _ids(messages: list[Message]) -> list[str]:
    return [message.message_id for message in messages]


async def test_a_thread_is_read_up_and_down(store: MessageStore, clock: Clock) -> None:
    links = {"a": None, "b": "a", "c": "b", "d": "c", "e": "c", "f": "e", "other": "a"}
    await _thread(store, links, clock)
    thread = await store.messages.get_thread("c")
    assert (_ids(thread.ancestors), thread.message.message_id) == (["a", "b"], "c")
    assert _ids(thread.replies) == ["d", "e", "f"]
    by_id = await store.messages.get_thread(thread.message.id)
    assert by_id == thread
    assert _ids((await store.messages.get_thread("c", limit=2)).replies) == ["d", "e"]


async def test_replies_in_a_circle_end(store: MessageStore, clock: Clock) -> None:
    await _thread(store, {"a": "c", "b": "a", "c": "b", "self": "self"}, clock)
    thread = await store.messages.get_thread("a")
    assert _ids(thread.ancestors) == ["b", "c"]
    assert thread.replies == []
    alone = await store.messages.get_thread("self")
    assert (alone.ancestors, alone.replies) == ([], [])


async def test_a_hidden_message_is_passed_over_and_its_answers_stay(
    store: MessageStore, clock: Clock
) -> None:
    await _thread(store, {"a": None, "b": "a", "c": "b"}, clock)
    await store.messages.soft_delete("b")
    assert _ids((await store.messages.get_thread("a")).replies) == ["c"]
    assert _ids((await store.messages.get_thread("c")).ancestors) == ["a"]


async def test_a_thread_stays_in_its_conversation(store: MessageStore, clock: Clock) -> None:
    await _thread(store, {"a": None}, clock)
    elsewhere = new_message(message_id="x", context_id="bob", reply_to_message_id="a")
    await store.messages.create(elsewhere)
    assert (await store.messages.get_thread("a")).replies == []
    assert (await store.messages.get_thread("x")).ancestors == []


async def test_a_deep_thread_is_followed_a_hundred_levels(
    store: MessageStore, clock: Clock
) -> None:
    links = {str(number): str(number - 1) if number else None for number in range(150)}
    await _thread(store, links, clock)
    thread = await store.messages.get_thread("120", limit=1000)
    assert _ids(thread.ancestors) == [str(number) for number in range(20, 120)]
    assert _ids(thread.replies) == [str(number) for number in range(121, 150)]
