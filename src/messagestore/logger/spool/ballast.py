"""The ballast: disk space that is held for the day when the disk is full.

Deleting from SQLite writes to the WAL first, so on a full disk a spool could not even be drained.
Giving the ballast back makes room for that. While it is gone nothing is appended, so that the room
serves deletes and checkpoints only.
"""

import os
import sys
from pathlib import Path

_ZEROS = bytes(1 << 16)


class Ballast:
    """A file of allocated blocks beside the spool's."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._wanted = size
        self.size = self._allocated()

    @property
    def in_place(self) -> bool:
        """Whether the room is held."""
        return self.size >= self._wanted

    def ensure(self, at_least: int = 0) -> None:
        """Hold at least so many bytes. Raises OSError when the disk has no room for them."""
        wanted = max(self._wanted, at_least)
        if self.size >= wanted:
            return
        descriptor = self._open()
        try:
            _allocate(descriptor, wanted)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, 0)
            self.size = 0
            raise
        finally:
            os.close(descriptor)
        self.size = wanted

    def release(self) -> None:
        """Give the room back, now: some file systems hold it until the change is on the disk."""
        self._cut(0)

    def trim(self) -> None:
        """Give back what was held beyond the setting for the sake of a large batch."""
        if self.size > self._wanted:
            self._cut(self._wanted)

    def remove(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)
        self.size = 0

    def _cut(self, size: int) -> None:
        descriptor = self._open()
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.size = size

    def _allocated(self) -> int:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0
        # A sparse file, as a copy may be, holds no room.
        return min(found.st_size, found.st_blocks * 512)

    def _open(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _allocate(descriptor: int, size: int) -> None:
    if sys.platform == "linux":
        os.posix_fallocate(descriptor, 0, size)
        return
    for _ in range(-(-size // len(_ZEROS))):
        os.write(descriptor, _ZEROS)
