"""The keeper: holds the current store, and replaces it when its file turns out to be damaged."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from messagestore.errors import SpoolFull, SpoolUnavailable
from messagestore.logger.spool.claim import Claim
from messagestore.logger.spool.entry import NewEntry, to_milliseconds
from messagestore.logger.spool.faults import DamageFound, translated
from messagestore.logger.spool.rebuild import rebuild
from messagestore.logger.spool.store import Store

Clock = Callable[[], datetime]
Result = TypeVar("Result")

LARGEST_ENTRY_BYTES = 256 << 20
_ROW_BYTES = 64
"""What a row takes beside its payload and key, rounded up."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Keeper:
    """Runs work on the store, and once more on a rebuilt one when the work met damage."""

    def __init__(self, claim: Claim, *, limit_bytes: int, ballast_bytes: int, clock: Clock) -> None:
        self.limit_bytes = limit_bytes
        self.clock = clock
        self.set_aside: list[Path] = []
        self._ballast_bytes = ballast_bytes
        self._claim = claim
        self._store: Store | None = None
        self.run(lambda _: None)

    def now(self) -> int:
        """Return the time in milliseconds since 1970."""
        return to_milliseconds(self.clock())

    def run(self, work: Callable[[Store], Result]) -> Result:
        """Do work on the store. Raises SpoolError."""
        if not self._claim.held:
            raise SpoolUnavailable("This spool was closed, or opened before a fork: open another.")
        try:
            return self._attempt(work)
        except DamageFound:
            self._rebuild()
        try:
            return self._attempt(work)
        except DamageFound as error:
            raise SpoolUnavailable("The spool is damaged again as soon as it is made.") from error

    def run_on_full_disk(self, work: Callable[[Store], Result]) -> Result:
        """Do work that frees room, and when there is not even room for that, with the ballast's."""
        try:
            return self.run(work)
        except SpoolFull:
            self.run(Store.give_room)
            try:
                return self.run(work)
            finally:
                self.run(Store.take_room)

    def require_room(self, store: Store, entries: Sequence[NewEntry]) -> None:
        """Raise SpoolFull unless the limit and the ballast allow so much more."""
        sizes = [len(entry.payload) + len(entry.key or "") * 4 + _ROW_BYTES for entry in entries]
        total = sum(sizes)
        if store.used_bytes() + total > self.limit_bytes:
            raise SpoolFull(f"The spool has reached its limit of {self.limit_bytes} bytes.")
        if max(sizes, default=0) > LARGEST_ENTRY_BYTES:
            raise SpoolFull(f"An entry is larger than {LARGEST_ENTRY_BYTES} bytes.")
        # The WAL, and so what a checkpoint may need, grows by as much as one transaction writes.
        with translated():
            store.ballast.ensure(self._ballast_bytes // 4 + 2 * total)

    def close(self) -> None:
        """Close the file, and remove it when it holds nothing. What cannot be tidied stays."""
        if not self._claim.held:
            return
        try:
            self.run_on_full_disk(Store.checkpoint)
            if self.run(lambda store: store.ledger.empty):
                self._drop_store()
                with translated():
                    self._claim.remove()
        finally:
            self._drop_store()
            self._claim.release()

    def _attempt(self, work: Callable[[Store], Result]) -> Result:
        if self._store is not None and self._store.stale:
            self._drop_store()
        if self._store is None:
            self._store = Store(self._claim, ballast_bytes=self._ballast_bytes)
        with translated(self._store.connection):
            return work(self._store)

    def _rebuild(self) -> None:
        self._drop_store()
        self._store, aside = rebuild(
            self._claim, ballast_bytes=self._ballast_bytes, clock=self.clock
        )
        self._claim = self._store.claim
        self.set_aside.append(aside)

    def _drop_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
