"""Filling: the rate of the log in an empty database and in a full one, which take turns.

The same messages go into both, on one server, in one run: of the conversations of the data set,
with ids as spread. After each batch the lists of the GIN indexes are flushed, within the time that
is taken; a store does so every five seconds. What came in is removed from the data set afterwards,
also after a run that was interrupted.
"""

import statistics
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import islice

import asyncpg

from benchmarks.loaded import data_place, loaded
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import MessageStore, NewMessage
from messagestore.bench.dataset.arrivals import Arrivals
from messagestore.bench.dataset.dataset import END, Dataset
from messagestore.bench.ingest import CALLERS, ROUNDS, ROWS, by_log, timed
from messagestore.cli.progress import metered
from messagestore.repository.upkeep import flush_search_index

REQUIRED = 0.7

_TURNS = ROUNDS + 1
_EMPTY = "filling"

_WAL = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
_REMOVE = """
    WITH keys AS (
        DELETE FROM message_keys WHERE message_id = ANY ($1::text[]) RETURNING id
    )
    DELETE FROM messages
    WHERE id = ANY (ARRAY(SELECT id FROM keys)) AND created_at > $2
    RETURNING context_id
"""
# The counters as they were: all that came in was incoming, and plain.
_UNCOUNT = """
    UPDATE conversations
    SET total = total - gone, incoming = incoming - gone, last_message_at = (
        SELECT created_at FROM messages
        WHERE messages.context_id = conversations.context_id AND NOT is_deleted
        ORDER BY created_at DESC, id DESC LIMIT 1
    )
    FROM (SELECT unnest($1::text[]) AS place, count(*) AS gone GROUP BY 1) AS left_over
    WHERE context_id = place
"""
_VACUUM = "VACUUM (INDEX_CLEANUP ON) messages, message_keys, conversations"


async def measure(place: Place, rows: int, batch: int) -> Result:
    """Log into both, batch by batch."""
    data, batch = Dataset(rows), batch // CALLERS * CALLERS
    machine = place.machine()
    arrivals = Arrivals(data)
    full = await loaded(place, data)
    async with borrowed(full, data, arrivals.ids(_TURNS * batch)), _empty(place) as empty:
        figures = await _in_turns(place, full, empty, batches(arrivals, batch))
    return Result(name="filling", at=now(), machine=machine, rows=rows, figures=figures)


def batches(arrivals: Iterable[NewMessage], size: int) -> list[list[NewMessage]]:
    """Return what comes in, a batch a turn."""
    coming = iter(arrivals)
    return [list(islice(coming, size)) for _ in range(_TURNS)]


async def _in_turns(
    place: Place, full: str, empty: str, coming: Sequence[Sequence[NewMessage]]
) -> dict[str, object]:
    seconds: list[tuple[float, float]] = []
    written: list[tuple[int, int]] = []
    size = len(coming[0])
    async with (
        place.store(full, search_upkeep_seconds=0) as filled,
        place.store(empty, search_upkeep_seconds=0) as fresh,
    ):
        with metered("Writing", unit="messages", total=_TURNS * size) as meter:
            for batch in coming:
                pairs = [await _timed(store, batch) for store in (filled, fresh)]
                seconds.append((pairs[0][0], pairs[1][0]))
                written.append((pairs[0][1], pairs[1][1]))
                meter.advance(size, items=size)
    counted = seconds[1:]
    ratio = statistics.median(other / mine for mine, other in counted)
    rates = [round(size / statistics.median(taken)) for taken in zip(*counted, strict=True)]
    wal = [round(sum(some) / len(some) / size) for some in zip(*written[1:], strict=True)]
    return {
        "batch": size,
        "full_per_second": rates[0],
        "empty_per_second": rates[1],
        "full_wal_bytes_per_message": wal[0],
        "empty_wal_bytes_per_message": wal[1],
        "full_to_empty": round(ratio, 2),
        "full_to_empty_by_turn": [round(other / mine, 2) for mine, other in counted],
        "required": REQUIRED,
        "met": round(ratio, 2) >= REQUIRED,
    }


async def _timed(store: MessageStore, batch: Sequence[NewMessage]) -> tuple[float, int]:
    """Return how many seconds the batch took, and the bytes of the server's log."""
    before = await store.database.fetch(_WAL)
    taken = await timed(_write(store, batch))
    after = await store.database.fetch(_WAL)
    return taken, int(after[0][0] - before[0][0])


async def _write(store: MessageStore, batch: Sequence[NewMessage]) -> None:
    await by_log(store, len(batch), CALLERS, iter(batch).__next__)
    await flush_search_index(store.database)


@asynccontextmanager
async def _empty(place: Place) -> AsyncIterator[str]:
    connection = await asyncpg.connect(place.server.url("postgres"))
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {_EMPTY}")
        yield await place.new_database(_EMPTY)
        await connection.execute(f"DROP DATABASE {_EMPTY} WITH (FORCE)")
    finally:
        await connection.close()


@asynccontextmanager
async def borrowed(url: str, data: Dataset, ids: Sequence[str]) -> AsyncIterator[None]:
    """Leave a data set as it should be, without messages of these ids; find it so as well."""
    await _give_back(url, data, ids)
    try:
        yield
    finally:
        await _give_back(url, data, ids)


async def _give_back(url: str, data: Dataset, ids: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            gone = await connection.fetch(_REMOVE, ids, END)
            await connection.execute(_UNCOUNT, [row["context_id"] for row in gone])
            await connection.execute("DELETE FROM changes")
        if gone:
            await connection.execute(_VACUUM)
        rows = await connection.fetchval("SELECT sum(total) FROM conversations")
    finally:
        await connection.close()
    if rows != data.rows:
        raise SystemExit(f"{url} counts {rows} messages, and not {data.rows}: remove the database.")


if __name__ == "__main__":
    run(measure, within=data_place, rows=200_000, batch=ROWS)
