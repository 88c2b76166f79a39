"""Whose a spool file is: its lock, which the kernel gives back when the owner dies."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Self
from weakref import WeakSet

if sys.platform != "win32":
    import fcntl

SPOOL = ".spool"
ASIDE = ".damaged"
ASIDE_WAL = ".damaged-wal"
_LOCK = ".lock"
_BESIDE = (".spool-wal", ".spool-shm", ".ballast")


class Claim:
    """The right to use `path`, held by a lock on the file `*.lock` beside it.

    Not on the spool file itself: closing any descriptor of that would drop SQLite's own locks.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor
        _claims.add(self)

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Claim a file, or return None when a living process has it."""
        lock = path.with_suffix(_LOCK)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        while True:
            descriptor = os.open(lock, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Its last owner may have removed the lock between our open and our flock.
                if _is_still(lock, descriptor):
                    return cls(path, descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return None
            os.close(descriptor)

    @classmethod
    def new(cls, folder: Path) -> Self:
        """Claim a name that no file has; names sort by age."""
        while True:
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}{SPOOL}"
            claim = cls.take(folder / name)
            if claim is not None:
                return claim

    @property
    def held(self) -> bool:
        """Whether the claim is still ours; in a forked child it is not."""
        return self._descriptor is not None

    def beside(self, suffix: str) -> Path:
        """Return the path of a file that belongs to the spool file."""
        return self.path.with_suffix(suffix)

    def release(self) -> None:
        """Let the file go to whoever comes first."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def remove(self) -> None:
        """Delete the file, what belongs to it, and the lock as the last."""
        self.path.unlink(missing_ok=True)
        for suffix in _BESIDE:
            self.beside(suffix).unlink(missing_ok=True)
        self.beside(_LOCK).unlink(missing_ok=True)
        self.release()


_claims: WeakSet[Claim] = WeakSet()


def orphans(folder: Path) -> list[Path]:
    """Return the spool files in a folder that no living process has, oldest first.

    Another process may take one between this answer and your use of it.
    """
    return [path for path in sorted(folder.glob(f"*{SPOOL}")) if _is_free(path)]


def take_orphan(folder: Path) -> Claim | None:
    """Claim the oldest file without an owner, or return None."""
    for path in sorted(folder.glob(f"*{SPOOL}")):
        claim = Claim.take(path)
        if claim is None:
            continue
        if path.exists():
            return claim
        claim.remove()
    return None


def sweep(folder: Path) -> None:
    """Remove what an owner left that died while it made or removed its file."""
    for lock in _locks_without_spool(folder):
        claim = Claim.take(lock.with_suffix(SPOOL))
        if claim is not None and not claim.path.exists():
            claim.remove()
        elif claim is not None:
            claim.release()


def _locks_without_spool(folder: Path) -> Iterator[Path]:
    for lock in sorted(folder.glob(f"*{_LOCK}")):
        if not lock.with_suffix(SPOOL).exists():
            yield lock


def _is_still(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _is_free(path: Path) -> bool:
    try:
        descriptor = os.open(path.with_suffix(_LOCK), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return path.exists()
    try:
        # A shared lock: two who ask at once do not take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _forget_in_child() -> None:
    """Close a forked child's copies, so that the lock goes when the parent does."""
    for claim in tuple(_claims):
        claim.release()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forget_in_child)
