"""The spool: a local durable file that holds what the database could not take yet."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from messagestore.errors import SpoolError
from messagestore.logger.spool import entries as storage
from messagestore.logger.spool.check import verify
from messagestore.logger.spool.claim import Claim, sweep, take_orphan
from messagestore.logger.spool.damage import Damage
from messagestore.logger.spool.entry import (
    Entry,
    NewEntry,
    SpoolStats,
    Verification,
    from_milliseconds,
)
from messagestore.logger.spool.faults import translated
from messagestore.logger.spool.folder import private_folder
from messagestore.logger.spool.keeper import Clock, Keeper, utc_now
from messagestore.logger.spool.quarantine import Quarantine
from messagestore.logger.spool.queries import sql
from messagestore.logger.spool.store import Store

LIMIT_BYTES = 256 << 20
BALLAST_BYTES = 4 << 20


class Spool:
    """One spool file, which this process alone has. Use it from one thread at a time.

    What a call returned for is on the disk. Every method raises SpoolUnavailable when the file
    cannot be used, and SpoolFull when the disk does not even take what frees room.
    """

    def __init__(
        self,
        claim: Claim,
        *,
        limit_bytes: int = LIMIT_BYTES,
        ballast_bytes: int = BALLAST_BYTES,
        clock: Clock = utc_now,
    ) -> None:
        try:
            self._keeper = Keeper(
                claim, limit_bytes=limit_bytes, ballast_bytes=ballast_bytes, clock=clock
            )
        except BaseException:
            claim.release()
            raise
        self._ballast_bytes = ballast_bytes
        self.quarantine = Quarantine(self._keeper)
        self.damage = Damage(self._keeper)
        self.appended = 0
        self.deleted = 0

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        limit_bytes: int = LIMIT_BYTES,
        ballast_bytes: int = BALLAST_BYTES,
        clock: Clock = utc_now,
    ) -> Self:
        """Open the oldest file of a dead process, or else, or if that cannot be used, a new one."""
        private_folder(folder)
        with translated():
            sweep(folder)
            claim = take_orphan(folder)
        with suppress(SpoolError):
            if claim is not None:
                return cls(claim, limit_bytes=limit_bytes, ballast_bytes=ballast_bytes, clock=clock)
        with translated():
            claim = Claim.new(folder)
        return cls(claim, limit_bytes=limit_bytes, ballast_bytes=ballast_bytes, clock=clock)

    @classmethod
    def adopt(
        cls,
        path: Path,
        *,
        limit_bytes: int = LIMIT_BYTES,
        ballast_bytes: int = BALLAST_BYTES,
        clock: Clock = utc_now,
    ) -> Self | None:
        """Open one of the `orphans`; None when another process came first or it is gone."""
        with translated():
            claim = Claim.take(path)
            if claim is not None and not path.exists():
                claim.remove()
                claim = None
        if claim is None:
            return None
        return cls(claim, limit_bytes=limit_bytes, ballast_bytes=ballast_bytes, clock=clock)

    def append(self, entries: Sequence[NewEntry]) -> list[int]:
        """Keep entries, all or none, and return their ids. Raises SpoolFull: then none is kept."""

        def work(store: Store) -> list[int]:
            self._keeper.require_room(store, entries)
            return storage.append(store, entries, now)

        if not entries:
            return []
        now = self._keeper.now()
        ids = self._keeper.run(work)
        self.appended += len(ids)
        return ids

    def read(self, limit_rows: int, limit_bytes: int, *, after: int = 0) -> list[Entry]:
        """Return the oldest entries with ids beyond `after`; one at least, however large."""
        now = self._keeper.now()
        return self._keeper.run(
            lambda store: storage.read(store, limit_rows, limit_bytes, after, now)
        )

    def delete(self, ids: Collection[int]) -> None:
        """Delete entries that were delivered; those that are not there are no error.

        On a full disk this goes in steps, each of them durable, with the ballast's room.
        """

        def work(store: Store) -> None:
            if store.ballast.in_place:
                self.deleted += storage.delete(store, ids)
            else:
                for step in storage.steps(store, ids, self._ballast_bytes // 4):
                    self.deleted += storage.delete(store, step)
                    storage.give_back(store)
            if not store.ledger.depth:
                store.tidy()

        self._keeper.run_on_full_disk(work)

    def waiting_keys(self) -> dict[str, int]:
        """Return how many entries wait for each ordering key. Reads every page: ask once."""
        return self._keeper.run(storage.count_keys)

    def verify(self) -> Verification:
        """Read everything, and set apart what is damaged or lost. Takes about a second per GB."""
        now = self._keeper.now()
        return verify(self._keeper, now)

    @property
    def path(self) -> Path:
        """The file; a rebuilt one has another name."""
        return self._keeper.run(lambda store: store.path)

    @property
    def depth(self) -> int:
        """How many entries wait. Costs nothing."""
        return self._keeper.run(lambda store: store.ledger.depth)

    def stats(self) -> SpoolStats:
        """Return the figures."""
        return self._keeper.run(self._stats)

    def close(self) -> None:
        """Close the file and let others adopt it; one that holds nothing is removed."""
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _stats(self, store: Store) -> SpoolStats:
        oldest = store.connection.execute(sql("oldest_at")).get
        oldest_at = None if oldest is None else from_milliseconds(oldest)
        return SpoolStats(
            depth=store.ledger.depth,
            quarantined=store.ledger.quarantined,
            damaged=store.ledger.damaged,
            size_bytes=store.used_bytes(),
            file_bytes=store.file_bytes(),
            limit_bytes=self._keeper.limit_bytes,
            ballast_bytes=store.ballast.size,
            oldest_at=oldest_at,
            oldest_age=None if oldest_at is None else self._keeper.clock() - oldest_at,
            appended=self.appended,
            deleted=self.deleted,
            set_aside=tuple(self._keeper.set_aside),
        )
