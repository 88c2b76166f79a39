"""A complete check: every record and the file's structure."""

from messagestore.logger.spool import entries
from messagestore.logger.spool.damage import Damage
from messagestore.logger.spool.entry import Verification
from messagestore.logger.spool.faults import DamageFound
from messagestore.logger.spool.keeper import Keeper
from messagestore.logger.spool.quarantine import Quarantine
from messagestore.logger.spool.store import Store

_ROWS = 1000
_BYTES = 16 << 20


def verify(keeper: Keeper, now: int) -> Verification:
    """Read every record; what is damaged or lost is among the damaged afterwards."""
    before = _damaged(keeper)
    keeper.run(_check_structure)
    sound = _count_entries(keeper, now) + _count_quarantined(keeper)
    return Verification(sound=sound, damaged=tuple(sorted(_damaged(keeper) - before)))


def _check_structure(store: Store) -> None:
    """Raise DamageFound for pages or accounts that are not as they were written."""
    store.ledger.load()
    if store.connection.pragma("integrity_check", 1) != "ok":
        raise DamageFound("the pages do not fit together")


def _count_entries(keeper: Keeper, now: int) -> int:
    count = after = 0
    while batch := keeper.run(lambda store: entries.read(store, _ROWS, _BYTES, after, now)):  # noqa: B023 (it runs at once)
        count += len(batch)
        after = batch[-1].id
    return count


def _count_quarantined(keeper: Keeper) -> int:
    count = after = 0
    while batch := Quarantine(keeper).list(after=after, limit=_ROWS):
        count += len(batch)
        after = batch[-1].id
    return count


def _damaged(keeper: Keeper) -> set[int]:
    ids: set[int] = set()
    after = 0
    while batch := Damage(keeper).list(after=after, limit=_ROWS):
        ids.update(record.id for record in batch)
        after = batch[-1].id
    return ids
