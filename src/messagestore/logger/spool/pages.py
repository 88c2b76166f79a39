"""The pages of a spool file and of its WAL, read without SQLite.

https://www.sqlite.org/fileformat2.html describes the bytes of both files.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

PAGE_BYTES = 4096
_WAL_HEADER = 32
_FRAME_HEADER = 24


class Pages:
    """Every version of every page that the two files hold, also those that SQLite would not use.

    That is right for a spool: its rows never change, and say themselves whether they are whole.
    """

    def __init__(self, path: Path, wal: Path) -> None:
        self._file = path.open("rb")
        self._wal = None
        with suppress(FileNotFoundError):
            self._wal = wal.open("rb")
        self._count = -(-self._file.seek(0, 2) // PAGE_BYTES)
        self._frames = [number for number, _ in self._headers()]
        self._newest = self._find_newest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()
        if self._wal is not None:
            self._wal.close()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(1, self._count + 1):
            yield self.in_file(number)
        for frame in range(len(self._frames)):
            yield self._in_frame(frame)

    def in_file(self, number: int) -> bytes:
        """Return a page as the file has it; nothing for one that it does not have."""
        if not 0 < number <= self._count:
            return b""
        self._file.seek((number - 1) * PAGE_BYTES)
        return self._file.read(PAGE_BYTES).ljust(PAGE_BYTES, b"\0")

    def newest(self, number: int) -> bytes:
        """Return a page as the WAL has it, or else as the file has it."""
        frame = self._newest.get(number)
        return self.in_file(number) if frame is None else self._in_frame(frame)

    def _in_frame(self, frame: int) -> bytes:
        if self._wal is None:
            return b""
        self._wal.seek(_WAL_HEADER + frame * (_FRAME_HEADER + PAGE_BYTES) + _FRAME_HEADER)
        return self._wal.read(PAGE_BYTES)

    def _find_newest(self) -> dict[int, int]:
        """Map page numbers to frames; those of the WAL's earlier rounds have another salt."""
        if self._wal is None:
            return {}
        self._wal.seek(16)
        salt = self._wal.read(8)
        headers = enumerate(self._headers())
        return {number: frame for frame, (number, salted) in headers if salted == salt}

    def _headers(self) -> Iterator[tuple[int, bytes]]:
        """Yield each frame's page number and salt."""
        if self._wal is None:
            return
        frame = _FRAME_HEADER + PAGE_BYTES
        for start in range(_WAL_HEADER, self._wal.seek(0, 2) - frame + 1, frame):
            self._wal.seek(start)
            header = self._wal.read(16)
            yield int.from_bytes(header[:4], "big"), header[8:]
