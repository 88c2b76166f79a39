"""The quarantine: what the database refused for its content, with the reason and the same bytes.

It stands in the spool's file and counts towards its limit.
"""

from messagestore.errors import EntryNotFound
from messagestore.logger.spool.entry import (
    NewEntry,
    QuarantinedEntry,
    from_milliseconds,
    key_from_bytes,
    key_to_bytes,
)
from messagestore.logger.spool.faults import DamageFound
from messagestore.logger.spool.keeper import Keeper
from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.rows import Row, require_sound, sealed
from messagestore.logger.spool.store import Store


class Quarantine:
    """The quarantined entries of a spool."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def add(self, entry: NewEntry, reason: str) -> int:
        """Keep what was never spooled, and return its id. Raises SpoolFull."""

        def work(store: Store) -> int:
            self._keeper.require_room(store, [entry, NewEntry(b"", reason)])
            with store.transaction():
                return _put(store, key_to_bytes(entry.key), entry.payload, reason, now)

        now = self._keeper.now()
        return self._keeper.run(work)

    def move(self, entry_id: int, reason: str) -> int:
        """Move an entry from the spool here, and return its new id. Raises EntryNotFound."""
        now = self._keeper.now()
        return self._keeper.run_on_full_disk(lambda store: _move(store, entry_id, reason, now))

    def list(self, *, after: int = 0, limit: int = 100) -> list[QuarantinedEntry]:
        """Return quarantined entries by id."""
        return self._keeper.run(lambda store: _listed(store, after, limit))

    def get(self, number: int) -> QuarantinedEntry:
        """Return one. Raises EntryNotFound."""
        return self._keeper.run(lambda store: _entry(_row(store, number)))

    def retry(self, number: int) -> int:
        """Move an entry back to the spool's end, and return its new id. Raises EntryNotFound."""
        now = self._keeper.now()
        return self._keeper.run_on_full_disk(lambda store: _retry(store, number, now))

    def rename(self, number: int, reason: str) -> int:
        """Keep an entry for another reason, under a new id. Raises EntryNotFound."""
        return self.move(self.retry(number), reason)

    def drop(self, number: int) -> None:
        """Delete an entry for good. Raises EntryNotFound."""
        self._keeper.run_on_full_disk(lambda store: _drop(store, number))


def _put(store: Store, key: bytes | None, payload: bytes, reason: str, now: int) -> int:
    (number,) = store.ledger.give(1)
    why = reason.encode("utf-8", "surrogatepass")
    store.connection.execute(
        sql("insert_quarantined"), sealed("quarantine", number, now, key, payload, why)
    )
    store.ledger.set_apart(number, quarantined=1)
    return number


def _move(store: Store, entry_id: int, reason: str, now: int) -> int:
    if not store.ledger.expects(entry_id):
        raise EntryNotFound("No entry of the spool has this id.")
    row = store.connection.execute(sql("get_entry"), (entry_id,)).fetchone()
    if row is None:
        raise DamageFound("an entry that is expected is not there")
    require_sound("entries", row)
    with store.transaction():
        store.connection.execute(sql("delete_entry"), (entry_id,))
        store.ledger.settle([entry_id])
        return _put(store, row[2], row[3], reason, now)


def _retry(store: Store, number: int, now: int) -> int:
    _, _, key, payload, _, _ = _row(store, number)
    with store.transaction():
        _remove(store, number)
        (new,) = store.ledger.give(1)
        store.connection.execute(sql("insert_entry"), sealed("entries", new, now, key, payload))
    return new


def _drop(store: Store, number: int) -> None:
    _row(store, number)
    with store.transaction():
        _remove(store, number)
    # The WAL would still hold the text.
    store.checkpoint()


def _remove(store: Store, number: int) -> None:
    store.connection.execute(sql("delete_quarantined"), (number,))
    store.ledger.settle([number])
    store.ledger.quarantined -= 1


def _row(store: Store, number: int) -> Row:
    row: Row | None = store.connection.execute(sql("get_quarantined"), (number,)).fetchone()
    if row is None:
        raise EntryNotFound("Nothing in the quarantine has this id.")
    require_sound("quarantine", row)
    return row


def _listed(store: Store, after: int, limit: int) -> list[QuarantinedEntry]:
    rows = store.connection.execute(sql("list_quarantined"), (after, limit)).fetchall()
    for row in rows:
        require_sound("quarantine", row)
    return [_entry(row) for row in rows]


def _entry(row: Row) -> QuarantinedEntry:
    number, stored_at, key, payload, reason, _ = row
    return QuarantinedEntry(
        id=number,
        stored_at=from_milliseconds(stored_at),
        key=key_from_bytes(key),
        payload=payload,
        reason=reason.decode("utf-8", "surrogatepass"),
    )
