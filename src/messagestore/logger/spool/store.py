"""The file: one connection, its pragmas, its ballast, its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from messagestore.logger.spool.ballast import Ballast
from messagestore.logger.spool.claim import Claim
from messagestore.logger.spool.faults import DamageFound, translated
from messagestore.logger.spool.folder import sync_folder
from messagestore.logger.spool.ledger import Ledger
from messagestore.logger.spool.queries import sql

PAGE_BYTES = 4096
VERSION = 1
_SHRINK_PAGES = 128
_KEPT_PAGES = 256
"""Free pages that an empty file keeps for what comes next: 1 MiB."""


class Store:
    """A claimed spool file, open. Raises DamageFound when it is not what was written."""

    def __init__(self, claim: Claim, *, ballast_bytes: int) -> None:
        self.claim = claim
        self.stale = False
        self.ballast = Ballast(claim.beside(".ballast"), ballast_bytes)
        # What a checkpoint may need is bounded by the WAL, and must fit into the ballast.
        self._wal_pages = max(16, ballast_bytes // 4 // PAGE_BYTES)
        with translated():
            _create(claim.path)
            self.connection = apsw.Connection(
                str(claim.path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOFOLLOW
            )
        try:
            with translated(self.connection):
                self._prepare()
                self.ledger = Ledger(self.connection)
        except BaseException:
            self.connection.close()
            raise
        self.take_room()

    @property
    def path(self) -> Path:
        """The spool file."""
        return self.claim.path

    def _prepare(self) -> None:
        """Set up the connection, and the tables in a new file."""
        # A forked child that closes its copy must not touch the WAL that its parent writes.
        self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._set(locking_mode="EXCLUSIVE")
        new = not self.connection.pragma("schema_version")
        if new:
            # Only now: these two write to the file each time, which a full disk does not allow.
            self._set(page_size=PAGE_BYTES, auto_vacuum="INCREMENTAL")
        self._set(
            journal_mode="WAL",
            synchronous="FULL",
            secure_delete="ON",
            cell_size_check="ON",
            trusted_schema="OFF",
            temp_store="MEMORY",
            wal_autocheckpoint=self._wal_pages,
        )
        if new:
            with self._commit():
                self.connection.execute(sql("schema"))
                self.connection.pragma("user_version", VERSION)
            sync_folder(self.path.parent)
        elif self.connection.pragma("user_version") != VERSION:
            raise DamageFound("the file's version is unknown")

    def _set(self, **pragmas: str | int) -> None:
        for name, value in pragmas.items():
            self.connection.pragma(name, value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing; at the end it is on the disk. Raises as `translated` does."""
        try:
            with translated(self.connection), self._commit():
                yield
        except BaseException:
            # The ledger went ahead of the tables; where it cannot be read, the file is opened anew.
            self.stale = True
            with suppress(apsw.Error, DamageFound):
                self.ledger.load()
                self.stale = False
            raise

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def checkpoint(self) -> None:
        """Move the WAL into the file and empty it, so that nothing deleted is left in it."""
        with translated(self.connection):
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def shrink(self) -> None:
        """Give some free pages back to the disk; the next checkpoint does it."""
        # Few at a time: more than SQLite's cache holds would be written to the WAL first.
        with translated(self.connection):
            self.connection.execute(f"PRAGMA incremental_vacuum({_SHRINK_PAGES:d})").fetchall()

    def tidy(self) -> None:
        """Leave nothing behind in a file that has just been emptied."""
        self.checkpoint()
        while self._free_pages() >= _KEPT_PAGES:
            self.shrink()
            self.checkpoint()
        self.ballast.trim()

    def give_room(self) -> None:
        """Give the ballast's room to the checkpoint that comes first, and to what follows."""
        with translated():
            self.ballast.release()
        self.checkpoint()

    def take_room(self) -> None:
        """Hold the ballast again, if there is room for it."""
        with suppress(OSError):
            self.ballast.ensure()

    def used_bytes(self) -> int:
        """Return the bytes of the pages that hold something; free ones are used again."""
        pages = self.connection.pragma("page_count")
        return int(pages - self._free_pages()) * PAGE_BYTES

    def file_bytes(self) -> int:
        """Return the bytes of the file and its WAL."""
        sizes = []
        for path in (self.path, self.claim.beside(".spool-wal")):
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
        return sum(sizes)

    def close(self) -> None:
        """Close the connection. The WAL stays as it is; the claim is still held."""
        self.connection.close()

    def _free_pages(self) -> int:
        return int(self.connection.pragma("freelist_count"))


def _create(path: Path) -> None:
    """Make the file with mode 0600; SQLite gives its WAL the same. Never through a symlink."""
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
