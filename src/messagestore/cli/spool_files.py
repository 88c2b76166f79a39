"""The files of the spool folder, one a process: what is in them."""

from datetime import datetime
from pathlib import Path

import msgspec

from messagestore.errors import SpoolError
from messagestore.logger.spool import Spool
from messagestore.logger.spool.claim import ASIDE, ASIDE_WAL, SPOOL

IN_USE = "in use"
ORPHAN = "orphan"
UNREADABLE = "unreadable"
SET_ASIDE = "set aside"

_PAGE = 1000


class SpoolFile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file; None where only its owner, or nobody, can know."""

    file: str
    state: str
    size_bytes: int
    depth: int | None = None
    oldest_at: datetime | None = None
    quarantined: int | None = None
    damaged: int | None = None
    reason: str | None = None


def spool_files(folder: Path) -> list[Path]:
    """Return the files, oldest first; none where there is no folder. Raises OSError."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SPOOL)
    except FileNotFoundError:
        return []


def inspect(path: Path, limit_bytes: int) -> SpoolFile | None:
    """Look into a file; None when its owner has removed it meanwhile."""
    try:
        spool = Spool.adopt(path, limit_bytes=limit_bytes)
        if spool is not None:
            with spool:
                return _contents(spool)
        return SpoolFile(file=path.name, state=IN_USE, size_bytes=_size(path))
    except FileNotFoundError:
        return None
    except SpoolError as error:
        return SpoolFile(
            file=path.name, state=UNREADABLE, size_bytes=_size(path), reason=str(error)
        )


def inspect_all(folder: Path, limit_bytes: int) -> list[SpoolFile]:
    """Look into every file of the folder; those that were set aside as damaged come last."""
    found = (inspect(path, limit_bytes) for path in spool_files(folder))
    aside = [
        SpoolFile(file=path.name, state=SET_ASIDE, size_bytes=path.stat().st_size)
        for path in set_aside(folder)
    ]
    return [*(file for file in found if file is not None), *aside]


def set_aside(folder: Path) -> list[Path]:
    """Return the damaged files that a rebuilding has left, and their WALs."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in {ASIDE, ASIDE_WAL})
    except FileNotFoundError:
        return []


def drop_damaged(folder: Path, limit_bytes: int) -> tuple[int, int]:
    """Delete what was set aside as damaged: files, and records in the files of dead processes.

    Returns how many of each. Raises SpoolError for a file that cannot be used, OSError.
    """
    files = set_aside(folder)
    for path in files:
        path.unlink(missing_ok=True)
    records = 0
    for path in spool_files(folder):
        spool = Spool.adopt(path, limit_bytes=limit_bytes)
        if spool is None:
            continue
        with spool:
            while damaged := spool.damage.list(limit=_PAGE):
                spool.damage.drop([one.id for one in damaged])
                records += len(damaged)
    return len(files), records


def _contents(spool: Spool) -> SpoolFile:
    stats = spool.stats()
    return SpoolFile(
        file=spool.path.name,
        state=ORPHAN,
        size_bytes=stats.file_bytes,
        depth=stats.depth,
        oldest_at=stats.oldest_at,
        quarantined=stats.quarantined,
        damaged=stats.damaged,
    )


def _size(path: Path) -> int:
    """Return the bytes of a file that is not ours, with its WAL."""
    beside = path.with_suffix(f"{SPOOL}-wal")
    return path.stat().st_size + (beside.stat().st_size if beside.exists() else 0)
