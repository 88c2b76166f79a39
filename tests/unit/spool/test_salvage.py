from pathlib import Path

import pytest

from messagestore.logger.spool import NewEntry, Spool
from messagestore.logger.spool.cells import LEAF, cell_offsets, looks_whole
from messagestore.logger.spool.pages import PAGE_BYTES
from messagestore.logger.spool.salvage import Salvage
from tests.unit.spool.helpers import payload_of

SIZES = (0, 1, 500, 4061, 4062, 9000, 70_000)


@pytest.fixture
def path(folder: Path) -> Path:
    """A closed file whose rows have every kind of layout."""
    with Spool.open(folder) as spool:
        for number in range(1, 71):
            spool.append([NewEntry(payload_of(number, SIZES[number % 7]), "k" * (number % 3))])
        return spool.path


def salvaged(path: Path) -> set[int]:
    wal = path.with_suffix(".spool-wal")
    ids = set()
    for table, row in Salvage(path, wal).rows():
        if table == "entries":
            number = row[0]
            assert isinstance(number, int)
            assert row[3] == payload_of(number, SIZES[number % 7])
            ids.add(number)
    return ids


def first_leaf(content: bytes) -> int:
    """Return the offset of a leaf page with several entries."""
    for start in range(PAGE_BYTES, len(content), PAGE_BYTES):
        page = content[start : start + PAGE_BYTES]
        if page[0] == LEAF and looks_whole(page) and len(cell_offsets(page)) > 3:
            return start
    raise AssertionError("no leaf has several cells")


def test_every_row_is_read_without_sqlite(path: Path) -> None:
    assert salvaged(path) == set(range(1, 71))


@pytest.mark.parametrize("offset", range(14))
def test_a_flip_in_a_leafs_header_hides_no_row(path: Path, offset: int) -> None:
    """Fails without `every_offset` in salvage: rows are whole, but their page's header is not."""
    content = path.read_bytes()
    start = first_leaf(content)
    for flipped in (0x01, 0x08, 0x10, 0x80, 0xFF):
        changed = bytearray(content)
        changed[start + offset] ^= flipped
        path.write_bytes(changed)
        assert salvaged(path) == set(range(1, 71))


def test_rows_that_stand_only_in_the_wal_are_found(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append([NewEntry(payload_of(number, SIZES[number % 7])) for number in range(1, 20)])
        assert salvaged(spool.path) == set(range(1, 20))
        spool.path.write_bytes(b"")
        assert salvaged(spool.path) == set(range(1, 20))
        spool._keeper._drop_store()
        spool._keeper._claim.release()


def test_a_file_that_ends_early_gives_what_it_has(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 100])
    assert salvaged(path) < set(range(1, 71))
    path.write_bytes(b"")
    assert salvaged(path) == set()
