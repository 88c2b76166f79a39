"""What can be read of a damaged file: every row that is still what was written."""

from collections.abc import Iterator
from pathlib import Path

from messagestore.logger.spool.cells import (
    LEAF,
    Value,
    cell_offsets,
    every_offset,
    looks_whole,
    read_cell,
)
from messagestore.logger.spool.pages import Pages
from messagestore.logger.spool.rows import COLUMNS, is_sound

_WIDTHS = range(min(COLUMNS.values()), max(COLUMNS.values()) + 1)
_NEVER_LEAVES = frozenset(bytes([kind]) for kind in (0, 1, 2, 3, 4, 5, 10))
"""First bytes of free, overflow, pointer map, interior and index pages."""


class Salvage:
    """A reader of two files that nobody writes to.

    A row may come more than once, and also after it was deleted: ids that are gone say which.
    """

    def __init__(self, path: Path, wal: Path) -> None:
        self._path = path
        self._wal = wal

    def rows(self) -> Iterator[tuple[str, list[Value]]]:
        """Yield every sound row with the name of its table."""
        with Pages(self._path, self._wal) as pages:
            for page in pages:
                yield from _rows_of(page, pages)

    def remains(self, wanted: frozenset[int]) -> dict[int, bytes]:
        """Return what stands where the payloads of these ids stood."""
        found: dict[int, bytes] = {}
        with Pages(self._path, self._wal) as pages:
            for page in pages:
                if page[0] != LEAF:
                    continue
                for offset in cell_offsets(page):
                    values = read_cell(page, offset, pages.newest, _WIDTHS)
                    if values and values[0] in wanted and len(values) == COLUMNS["entries"]:
                        payload = values[3]
                        if isinstance(payload, bytes) and isinstance(values[0], int):
                            found[values[0]] = payload
        return found


def _rows_of(page: bytes, pages: Pages) -> Iterator[tuple[str, list[Value]]]:
    # One flip makes an interior page of a leaf, but leaves the rest of its header.
    whole = looks_whole(page)
    maybe_leaf = page[:1] not in _NEVER_LEAVES
    for offset in cell_offsets(page) if whole or maybe_leaf else ():
        row = _sound_row(page, offset, pages)
        whole = whole and row is not None
        if row:
            yield row
    if maybe_leaf and not whole:
        for offset in every_offset(page):
            row = _sound_row(page, offset, pages)
            if row:
                yield row


def _sound_row(page: bytes, offset: int, pages: Pages) -> tuple[str, list[Value]] | None:
    # An overflow page may have been written to the WAL only, or long ago to the file only.
    for page_of in (pages.newest, pages.in_file):
        values = read_cell(page, offset, page_of, _WIDTHS)
        if values is None:
            continue
        for table, columns in COLUMNS.items():
            if len(values) == columns and is_sound(table, values):
                return table, values
    return None
