"""Rebuilding: a new file with all that is still readable; the damaged one is set aside."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from messagestore.logger.spool.claim import ASIDE, ASIDE_WAL, Claim
from messagestore.logger.spool.entry import to_milliseconds
from messagestore.logger.spool.faults import translated
from messagestore.logger.spool.folder import sync_folder
from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.ranges import IdRanges
from messagestore.logger.spool.rows import sealed
from messagestore.logger.spool.salvage import Salvage
from messagestore.logger.spool.store import Store

_log = logging.getLogger("messagestore")

_INSERTS = {
    "entries": "insert_entry",
    "quarantine": "insert_quarantined",
    "damaged": "insert_damaged",
}


def rebuild(
    claim: Claim, *, ballast_bytes: int, clock: Callable[[], datetime]
) -> tuple[Store, Path]:
    """Return a new store with what was salvaged of a closed file, and where that is kept now.

    Under a new name: a crash before the old file is set aside leaves both, and the database takes
    no message twice; the other way round there would be a moment with neither.
    """
    with translated():
        new = Store(Claim.new(claim.path.parent), ballast_bytes=ballast_bytes)
        try:
            lost = _fill(new, claim, clock)
            new.checkpoint()
        except BaseException:
            new.close()
            new.claim.remove()
            raise
        aside = _set_aside(claim)
    _log.error("a spool file was damaged: %d of its records are lost, it is kept aside", lost)
    return new, aside


def _fill(new: Store, claim: Claim, clock: Callable[[], datetime]) -> int:
    """Copy what is sound, and note each id of which nothing sound was found."""
    salvage = Salvage(claim.path, claim.beside(".spool-wal"))
    with new.transaction():
        gone, last_id = _accounts(salvage)
        last_id, found = _copy(salvage, new, gone, last_id)
        new.ledger.adopt(gone, last_id)
        settled = IdRanges([*gone, *found])
        lost = frozenset(settled.missing(1, last_id))
        remains = salvage.remains(lost) if lost else {}
        now = to_milliseconds(clock())
        new.connection.executemany(
            sql("insert_damaged"),
            (sealed("damaged", number, now, remains.get(number)) for number in sorted(lost)),
        )
        new.ledger.load()
    return len(lost)


def _accounts(salvage: Salvage) -> tuple[IdRanges, int]:
    gone, last_id = IdRanges(), 0
    for table, row in salvage.rows():
        if table == "gone" and isinstance(row[0], int) and isinstance(row[1], int):
            gone.add(row[0], row[1])
            last_id = max(last_id, row[1])
        elif table == "mark" and isinstance(row[1], int):
            last_id = max(last_id, row[1])
    return gone, last_id


def _copy(salvage: Salvage, new: Store, gone: IdRanges, last_id: int) -> tuple[int, IdRanges]:
    found = IdRanges()
    for table, row in salvage.rows():
        number = row[0]
        if table not in _INSERTS or not isinstance(number, int):
            continue
        if number not in gone and number not in found:
            new.connection.execute(sql(_INSERTS[table]), row)
            found.add(number, number)
            last_id = max(last_id, number)
    return last_id, found


def _set_aside(claim: Claim) -> Path:
    """Rename a damaged file and its WAL, and let the claim go."""
    aside = claim.beside(ASIDE)
    wal = claim.beside(".spool-wal")
    claim.path.rename(aside)
    if wal.exists():
        wal.rename(claim.beside(ASIDE_WAL))
    sync_folder(aside.parent)
    claim.remove()
    return aside
