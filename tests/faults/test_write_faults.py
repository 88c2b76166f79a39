"""Records that are written twice, refused, or come all at once."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
import pytest

from messagestore import MessageStore, Settings, Status
from messagestore.event import (
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    StatusChanged,
)
from messagestore.logger.durable_log import Quarantined
from messagestore.logger.spool import NewEntry, Spool
from messagestore.message import Message, StoredMessage
from messagestore.preparation import Recordable
from messagestore.providers import get_provider
from messagestore.providers.samples import samples
from messagestore.repository.records import Record, StoreMessage, encode
from tests.builders import new_answer, new_message
from tests.faults.load import assert_kept, drained
from tests.faults.table import Figures

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.fault(
    "crash between commit and return", how="each kind of record written twice", required="one row"
)
async def test_crash_between_commit_and_return(settings: Settings, figures: Figures) -> None:
    """The bot did not hear of the commit and spooled: every kind of record is written twice.

    Fails without ON CONFLICT in insert_messages.sql, and without Recorder._find_sent.
    """
    url = str(settings.database_url)
    async with MessageStore.open(settings=settings) as store:
        records = _one_of_each_kind(store)
        for record in records:
            await store.durable._recorder.write(record)
    once = await _everything(url)
    _leave_in_spool(settings.spool_folder, records)
    async with MessageStore.open(settings=settings) as store:
        await drained(store)
        metrics = await store.logger.metrics()
        assert (metrics.records.drained, metrics.records.quarantined) == (len(records), 0)
    assert await _everything(url) == once
    rows = await assert_kept(url, ["story", "wamid.1"])
    figures(f"{len(records)} records of 2 messages twice, {rows} rows")
    assert rows == 2


@pytest.mark.fault("poison", how="1 bad record in 1,000", required="999 stored, 1 quarantined")
async def test_poison(settings: Settings, figures: Figures) -> None:
    """One message of 1,000 has the id of another: the database refuses the batch it is in.

    Fails when _insert_or_bisect raises instead of halving, and when translate() takes class 23
    for an outage.
    """
    async with MessageStore.open(settings=settings) as store:
        messages = [Message.from_new(new_message(), now=NOW) for _ in range(1000)]
        await store.durable.write(StoreMessage(messages[0]))
        messages[500] = msgspec.structs.replace(
            messages[500], id=messages[0].id, created_at=messages[0].created_at
        )
        results = await asyncio.gather(*[store.durable.write(StoreMessage(m)) for m in messages])
        assert isinstance(results[500], Quarantined)
        others = results[:500] + results[501:]
        assert all(isinstance(result, StoredMessage) for result in others)
        metrics = await store.logger.metrics()
        assert metrics.spool is not None
        assert (metrics.spool.quarantined, metrics.spool.depth) == (1, 0)
    good = [message.message_id for message in messages if message is not messages[500]]
    stored = await assert_kept(str(settings.database_url), good)
    figures(f"{stored} stored, {metrics.spool.quarantined} quarantined")
    assert stored == 999


@pytest.mark.fault(
    "more callers than connections", how="200 callers, a pool of 10", required="0 lost, p99 <= 1 s"
)
async def test_many_callers_on_a_small_pool(
    settings: Settings, full_form: bool, figures: Figures
) -> None:
    """200 callers, 10 connections: all are stored, and nobody waits long.

    Fails without `self._working -= 1` in Batcher._work: then the later ones wait for a worker that
    is not there, and are spooled at the deadline.
    """
    async with MessageStore.open(settings=settings) as store:
        took: list[float] = []
        ids = [
            [f"m-{caller}-{n}" for n in range(100 if full_form else 10)] for caller in range(200)
        ]

        async def call(own: list[str]) -> None:
            for message_id in own:
                started = time.monotonic()
                result = await store.logger.log_incoming(new_message(message_id=message_id))
                took.append(time.monotonic() - started)
                assert result.outcome == "stored"

        await asyncio.gather(*map(call, ids))
        p99 = sorted(took)[len(took) * 99 // 100]
        figures(f"p99 {p99:.3f} s")
        assert p99 <= 1.0
    every = [message_id for own in ids for message_id in own]
    assert await assert_kept(str(settings.database_url), every, figures) == len(every)


@pytest.mark.fault(
    "redelivery", how="each payload 3 times by 16 writers", required="0 twice, 0 errors"
)
async def test_redelivery(settings: Settings, figures: Figures) -> None:
    """16 writers, each with its own connections, deliver every sample three times.

    Fails without ON CONFLICT in insert_messages.sql.
    """
    events = [e for sample in samples() for e in get_provider(sample.provider).parse(sample.body)]
    ids = {event.message.message_id for event in events if isinstance(event, MessageReceived)}
    settings = settings.model_copy(update={"log_deadline": 20.0, "pool_max_size": 3})
    outcomes: Counter[str] = Counter()

    async def deliver() -> None:
        async with MessageStore.open(settings=settings) as store:
            for _ in range(3):
                for event in events:
                    outcomes[(await store.logger.log_event(event)).outcome] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(16):
            group.create_task(deliver())
    good = {"stored", "duplicate", "changed", "ignored"}
    errors = sum(count for outcome, count in outcomes.items() if outcome not in good)
    figures(f"{outcomes.total():,} deliveries, {errors} errors")
    assert errors == 0, outcomes
    assert await assert_kept(str(settings.database_url), ids, figures) == len(ids)


def _one_of_each_kind(store: MessageStore) -> list[Record]:
    prepare = store.service._prepare
    queued = Message.from_new(new_answer(message_id="local:1", status=Status.QUEUED), now=NOW)
    events: list[Recordable] = [
        StatusChanged(message_id="story", status=Status.READ, at=NOW),
        MessageEdited(message_id="story", content="better", edit_id="e1", at=NOW),
        ReactionChanged(message_id="story", sender="bob", emoji="+", at=NOW),
        MessageDeleted(message_id="story", reason="sender", at=NOW),
    ]
    return [
        StoreMessage(Message.from_new(new_message(message_id="story"), now=NOW)),
        *[prepare.record(event) for event in events],
        StoreMessage(queued),
        prepare.sent(queued, "wamid.1"),
    ]


def _leave_in_spool(folder: Path, records: list[Record]) -> None:
    with Spool.open(folder) as spool:
        spool.append([NewEntry(encode(record)) for record in records])


async def _everything(url: str) -> list[object]:
    connection = await asyncpg.connect(url)
    try:
        return [
            await connection.fetch(f"SELECT * FROM {table} ORDER BY 1")
            for table in ("messages", "message_keys", "conversations", "pending_statuses")
        ]
    finally:
        await connection.close()
