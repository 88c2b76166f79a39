"""What can be told about a server."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A look at an embedded server; what only a running one has is None when it does not run."""

    data_dir: Path
    running: bool
    kept: bool
    """Whether it goes on without users until it is stopped explicitly."""
    version: str
    """PostgreSQL's version, such as 18.6."""
    data_bytes: int
    """Bytes on disk, write-ahead log included."""
    log_file: Path
    pid: int | None = None
    state: str | None = None
    """PostgreSQL's word: starting, ready, stopping or standby."""
    socket_dir: Path | None = None
    started_at: datetime | None = None

    @property
    def uptime(self) -> timedelta | None:
        """How long the server has been running."""
        return None if self.started_at is None else datetime.now(UTC) - self.started_at


def size_on_disk(folder: Path) -> int:
    """Sum up the bytes of a folder's files, some of which may vanish meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.lstat(Path(place, name)).st_size
    return total
