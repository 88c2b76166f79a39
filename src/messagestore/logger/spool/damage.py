"""Damaged records: kept apart with the bytes that remain, so that they block no others."""

import logging
from collections.abc import Collection, Sequence

from messagestore.errors import EntryNotFound
from messagestore.logger.spool.entry import DamagedEntry, from_milliseconds
from messagestore.logger.spool.faults import DamageFound
from messagestore.logger.spool.keeper import Keeper
from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.rows import Row, require_sound, sealed
from messagestore.logger.spool.store import Store

_log = logging.getLogger("messagestore")


class Damage:
    """The damaged records of a spool."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def list(self, *, after: int = 0, limit: int = 100) -> list[DamagedEntry]:
        """Return damaged records by id."""
        return self._keeper.run(lambda store: _listed(store, after, limit))

    def drop(self, ids: Collection[int]) -> None:
        """Forget damaged records and what remains of them. Raises EntryNotFound before any goes."""
        self._keeper.run_on_full_disk(lambda store: _drop(store, ids))


def set_apart(store: Store, rows: Sequence[Row], now: int) -> None:
    """Move entries that do not match their checksums to the damaged ones."""
    with store.transaction():
        for number, _, _, payload, _ in rows:
            remains = payload if isinstance(payload, bytes) else None
            # First away, so that a row which is not found by its id changes nothing.
            store.connection.execute(sql("delete_entry"), (number,))
            if store.connection.changes() != 1 or not isinstance(number, int):
                raise DamageFound("a damaged entry is not found by its id")
            store.connection.execute(sql("insert_damaged"), sealed("damaged", number, now, remains))
            store.ledger.set_apart(number, damaged=1)
    _log.error("the spool set %d damaged records apart", len(rows))


def _listed(store: Store, after: int, limit: int) -> list[DamagedEntry]:
    rows: list[Row] = store.connection.execute(sql("list_damaged"), (after, limit)).fetchall()
    for row in rows:
        require_sound("damaged", row)
    return [
        DamagedEntry(id=number, noticed_at=from_milliseconds(noticed_at), remains=remains)
        for number, noticed_at, remains, _ in rows
    ]


def _drop(store: Store, ids: Collection[int]) -> None:
    with store.transaction():
        for number in set(ids):
            store.connection.execute(sql("delete_damaged"), (number,))
            if store.connection.changes() != 1:
                raise EntryNotFound("No damaged record has this id.")
        store.ledger.settle(ids)
        store.ledger.damaged -= len(set(ids))
    store.checkpoint()
