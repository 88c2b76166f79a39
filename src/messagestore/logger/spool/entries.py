"""The entries: appending, reading, deleting."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from messagestore.errors import SpoolFull
from messagestore.logger.spool.damage import set_apart
from messagestore.logger.spool.entry import (
    Entry,
    NewEntry,
    from_milliseconds,
    key_from_bytes,
    key_to_bytes,
)
from messagestore.logger.spool.faults import DamageFound
from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.rows import Row, is_sound, sealed
from messagestore.logger.spool.store import PAGE_BYTES, Store


def append(store: Store, entries: Sequence[NewEntry], now: int) -> list[int]:
    """Keep entries, all or none, on the disk when this returns."""
    with store.transaction():
        ids = store.ledger.give(len(entries))
        store.connection.executemany(
            sql("insert_entry"),
            [
                sealed("entries", number, now, key_to_bytes(entry.key), entry.payload)
                for number, entry in zip(ids, entries, strict=True)
            ],
        )
    return list(ids)


def read(store: Store, limit_rows: int, limit_bytes: int, after: int, now: int) -> list[Entry]:
    """Return the oldest; damaged ones are set apart. Raises DamageFound for lost ones."""
    while True:
        rows, reached = _fetch(store, limit_rows, limit_bytes, after)
        _require_all(store, rows, after, reached)
        damaged = [row for row in rows if not is_sound("entries", row)]
        if not damaged:
            return [_entry(row) for row in rows]
        set_apart(store, damaged, now)


def delete(store: Store, ids: Collection[int]) -> int:
    """Delete entries in one transaction, and return how many; those deleted before do not count."""
    expected = [number for number in set(ids) if store.ledger.expects(number)]
    if not expected:
        return 0
    with store.transaction():
        before = store.connection.total_changes()
        store.connection.executemany(sql("delete_entry"), [(number,) for number in expected])
        if store.connection.total_changes() - before != len(expected):
            raise DamageFound("an entry that is expected is not found by its id")
        store.ledger.settle(expected)
    return len(expected)


def steps(store: Store, ids: Collection[int], budget: int) -> Iterator[list[int]]:
    """Part ids so that deleting a part writes about `budget` bytes at most, or is a single id."""
    step: list[int] = []
    size = 0
    for number in sorted(set(ids)):
        length = store.connection.execute(sql("payload_size"), (number,)).get or 0
        # Its leaf, the leaf's neighbour, and the pages of a long payload, which are zeroed.
        cost = 2 * PAGE_BYTES + int(length)
        if step and size + cost > budget:
            yield step
            step, size = [], 0
        step.append(number)
        size += cost
    if step:
        yield step


def give_back(store: Store) -> None:
    """Give the room of what was deleted back to the disk, as far as the disk lets it."""
    with suppress(SpoolFull):
        store.shrink()
    store.checkpoint()


def count_keys(store: Store) -> dict[str, int]:
    """Return how many entries wait for each ordering key."""
    rows: list[Row] = store.connection.execute(sql("count_keys")).fetchall()
    return {key_from_bytes(key) or "": count for key, count in rows}


def _fetch(store: Store, limit_rows: int, limit_bytes: int, after: int) -> tuple[list[Row], int]:
    """Return rows, and the id up to which there are no others."""
    rows: list[Row] = []
    size = 0
    cursor = store.connection.execute(sql("read_entries"), (after, limit_rows))
    row: Row
    for row in cursor:
        size += len(row[3]) if isinstance(row[3], bytes) else 0
        if rows and size > limit_bytes:
            # An open statement would keep the checkpoint from emptying the WAL.
            cursor.close()
            return rows, rows[-1][0]
        rows.append(row)
    return rows, rows[-1][0] if len(rows) == limit_rows else store.ledger.last_id


def _require_all(store: Store, rows: list[Row], after: int, reached: int) -> None:
    """Raise DamageFound unless the ids are those expected: each, once, in order."""
    ids = [row[0] for row in rows]
    if len(ids) != store.ledger.expected(after + 1, reached):
        raise DamageFound("an entry that is expected is not there")
    if not all(map(store.ledger.expects, ids)) or ids != sorted(set(ids)):
        raise DamageFound("an entry is there that is not expected")


def _entry(row: Row) -> Entry:
    number, stored_at, key, payload, _ = row
    return Entry(
        id=number,
        stored_at=from_milliseconds(stored_at),
        key=key_from_bytes(key),
        payload=payload,
    )
