import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from messagestore import MessageStore, Status
from messagestore.errors import InvalidQuery
from messagestore.event import MessageEdited
from messagestore.identifiers import new_id
from messagestore.repository.changes import Change, ChangeKind, Place
from tests.builders import new_answer, new_message

AT = datetime(2026, 2, 1, tzinfo=UTC)
_NOT_TOLD_YET = """
SELECT FROM changes WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1
"""


async def _since(store: MessageStore, place: Place) -> list[Change]:
    """Return everything after a place, read two statements at a time.

    Transactions of other tests, on the same server, hold the stream back as they would anywhere.
    """
    async with asyncio.timeout(30):
        while await store.database.fetch(_NOT_TOLD_YET):  # noqa: ASYNC110 (others have no event)
            await asyncio.sleep(0.01)
    found: list[Change] = []
    more = True
    while more:
        read = await store.changes.read(place, statements=2)
        found += read.changes
        place, more = read.end, read.more
    return found


async def test_every_way_to_write_is_told_in_order(store: MessageStore) -> None:
    """Fails for a query that writes messages without noting it in `changes`."""
    begin = await store.changes.end()
    await store.messages.create_many([new_message(message_id=f"m{n}") for n in range(3)])
    queued = (await store.messages.create(new_answer(message_id="local:1"))).message
    await store.service.confirm_sent(queued, "wamid.1")
    await store.service.update_message_status("wamid.1", Status.READ, at=AT)
    await store.service.apply_rewrite(MessageEdited(message_id="m0", edit_id="e", content="new"))
    await store.messages.soft_delete("m1")
    await store.messages.restore("m1")
    await store.messages.hard_delete("m2")
    late = (await store.messages.create(new_answer(message_id="local:2"))).message
    await store.service.update_message_status("wamid.2", Status.DELIVERED, at=AT)
    await store.service.confirm_sent(late, "wamid.2")
    await store.messages.create(new_message(message_id="m0"))  # a duplicate changes nothing

    changes = await _since(store, begin)
    kinds = [change.kind for change in changes]
    created, changed, removed = ChangeKind.CREATED, ChangeKind.CHANGED, ChangeKind.REMOVED
    assert kinds[:10] == [
        *[created] * 4, changed, changed, changed, removed, changed, removed,
    ]  # fmt: skip
    assert {*kinds[11:]} == {changed}
    assert changes[4].id == changes[5].id == queued.id
    by_id = {change.id: change.message for change in changes}
    told = {message.message_id: message for message in by_id.values() if message}
    assert told.keys() == {"m0", "m1", "wamid.1", "wamid.2"}
    assert (told["m0"].content, told["wamid.2"].status) == ("new", Status.DELIVERED)
    assert [change.place for change in changes] == sorted(change.place for change in changes)


async def test_a_hard_deletion_is_told_once_and_also_of_what_was_hidden_before(
    store: MessageStore,
) -> None:
    messages = [
        (await store.messages.create(new_message(message_id=name, reply_to_message_id=answered)))
        for name, answered in (("a", None), ("b", "a"), ("c", None))
    ]
    a, b, c = (stored.message.id for stored in messages)
    await store.messages.soft_delete("a")
    begin = await store.changes.end()
    await store.messages.hard_delete("a")
    await store.messages.hard_delete("c")
    told = [(change.kind, change.id) for change in await _since(store, begin)]
    assert set(told[:2]) == {(ChangeKind.REMOVED, a), (ChangeKind.CHANGED, b)}
    assert told[2:] == [(ChangeKind.REMOVED, c)]


async def test_any_place_can_be_resumed_from(store: MessageStore) -> None:
    begin = await store.changes.end()
    for batch in range(3):
        await store.messages.create_many([new_message(message_id=f"{batch}.{n}") for n in range(3)])
    changes = await _since(store, begin)
    assert len(changes) == 9
    for index, change in enumerate(changes):
        assert await _since(store, Place.read(str(change.place))) == changes[index + 1 :]


async def test_nothing_comes_before_what_was_told(store: MessageStore) -> None:
    """Fails without pg_snapshot_xmin in get_changes.sql: the slow transaction is never told."""
    begin = await store.changes.end()
    url = store.settings.database_url
    slow = await asyncpg.connect(url)
    try:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(
            "INSERT INTO changes (kind, context_ids, ids)"
            " VALUES ('created', '{slow}', ARRAY[$1::uuid])",
            new_id(AT),
        )
        await store.messages.create(new_message(message_id="quick"))
        assert (await store.changes.read(begin, statements=10)).changes == []
        await transaction.commit()
    finally:
        await slow.close()
    assert [change.context_id for change in await _since(store, begin)] == ["slow", "alice"]


async def test_concurrent_writers_are_told_each_once(store: MessageStore) -> None:
    place = await store.changes.end()
    messages = [new_message(message_id=f"m{n}", context_id=f"c{n % 7}") for n in range(300)]
    writing = asyncio.gather(*map(store.messages.create, messages))
    told: list[Change] = []
    while len(told) < len(messages):
        read = await store.changes.read(place, statements=3)
        told += read.changes
        place = read.end
        await asyncio.sleep(0)
    assert {stored.message.id for stored in await writing} == {change.id for change in told}
    assert len(told) == len(messages)


async def test_of_some_conversations_only(store: MessageStore) -> None:
    begin = await store.changes.end()
    messages = [new_message(message_id=f"m{n}", context_id=f"c{n % 3}") for n in range(9)]
    await store.messages.create_many(messages)
    await store.messages.create(new_message(message_id="last", context_id="c0"))
    every = await _since(store, begin)
    read = await store.changes.read(begin, statements=10, context_ids={"c1", "c2"})
    assert read.changes == [one for one in every if one.context_id in {"c1", "c2"}]
    assert (read.end, read.more) == (every[-1].place, False)
    one = await store.changes.read(begin, statements=1, context_ids={"nobody"})
    assert (one.changes, one.end, one.more) == ([], every[-2].place, True)


async def test_old_changes_are_forgotten(store: MessageStore) -> None:
    begin = await store.changes.end()
    await store.messages.create(new_message(message_id="a"))
    [change] = await _since(store, begin)
    assert not await store.changes.has_forgotten(change.place)
    assert await store.changes.forget(change.at) == 0
    assert await store.changes.forget(change.at + timedelta(seconds=1)) == 1
    assert await store.changes.has_forgotten(begin)


@pytest.mark.parametrize(
    "text", ["", "1", "1-2", "1-2-x", "-1-2-3", f"1-2-{2**64}", "1-2-3-4", "٣-1-1"]
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(InvalidQuery, match="id of an event"):
        Place.read(text)
