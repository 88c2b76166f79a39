import os
from pathlib import Path

import pytest

from messagestore.errors import SpoolFull
from messagestore.logger.spool import NewEntry, Spool
from messagestore.logger.spool.store import Store
from tests.faults.spool.filesystem import make, mounted, occupy, require_loop_devices
from tests.faults.table import Figures
from tests.unit.spool.helpers import append_until_full, payload_of, read_all

SIZES = {"small": 500, "long": 60_000}


def fill(spool: Spool, size: int) -> list[int]:
    """Append until the disk is full, and return what was acknowledged."""
    ids: list[int] = []
    while True:
        begin = len(ids) + 1
        try:
            ids += spool.append([NewEntry(payload_of(begin + n, size)) for n in range(20)])
        except SpoolFull as error:
            assert "disk" in str(error)  # noqa: PT017 (not the limit, which is larger)
            return ids


def drain(spool: Spool) -> list[int]:
    """Read and delete everything, and return the ids of what was whole."""
    ids: list[int] = []
    while batch := spool.read(500, 4 << 20):
        spool.delete([entry.id for entry in batch])
        ids += [entry.id for entry in batch if entry.payload.startswith(payload_of(entry.id, 9))]
    return ids


@pytest.mark.fault(
    "spool disk full",
    how="24 MB loop device, entries of 500 B and 60 kB",
    required="a clear result, 0 lost, drains",
)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_full_disk_is_a_clear_error_and_drains(
    tmp_path: Path, size: int, figures: Figures
) -> None:
    """Nothing acknowledged is lost, and all is drained while somebody else keeps the disk full.

    Fails without `self.ballast.release()` in Store.give_room: the deletes raise SpoolFull; and
    without `self.ledger.load()` in Store.transaction: what was refused counts as lost.
    """
    require_loop_devices()
    image = make(tmp_path, 24)
    with mounted(image) as place, Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
        ids = fill(spool, size)
        occupy(place / "others")
        assert len(ids) * size > 10 << 20
        with pytest.raises(SpoolFull):
            spool.append([NewEntry(b"x" * size)] * 20)
        drained = drain(spool)
        lost = len(set(ids) - set(drained))
        figures(f"{len(ids):,} acknowledged of {size:,} B, {lost} lost")
        assert drained == ids
        assert spool.depth == 0
        assert spool.append([NewEntry(b"again")]) == [ids[-1] + 1]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_spool_that_died_on_a_full_disk_drains_while_it_is_full(
    tmp_path: Path, size: int
) -> None:
    """The next process finds all of it, and drains it without any other room.

    Fails without `self.ballast.release()` in Store.give_room: the deletes raise SpoolFull.
    """
    require_loop_devices()
    with mounted(make(tmp_path, 24)) as place:
        spool = Spool.open(place / "spool", ballast_bytes=1 << 20)
        ids = fill(spool, size)
        spool._keeper._drop_store()
        spool._keeper._claim.release()
        occupy(place / "others")
        with Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
            assert [entry.id for entry in read_all(spool)] == ids
            assert drain(spool) == ids


def test_a_spool_opens_and_reads_without_a_byte_of_room(tmp_path: Path) -> None:
    """It died while it was draining, and somebody else took its ballast's room.

    Fails without `if new` before the `auto_vacuum` of Store._prepare, which writes.
    """
    require_loop_devices()
    with mounted(make(tmp_path, 24)) as place:
        spool = Spool.open(place / "spool", ballast_bytes=1 << 20)
        ids = fill(spool, 500)
        spool._keeper.run(Store.give_room)
        occupy(place / "others")
        spool._keeper._drop_store()
        spool._keeper._claim.release()
        with Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
            assert [entry.id for entry in read_all(spool)] == ids
            (place / "others").unlink()
            assert drain(spool) == ids


def test_a_full_disk_goes_on_when_space_returns(tmp_path: Path) -> None:
    """Without draining: as soon as there is room for the ballast too, entries are taken.

    Fails without `self.ballast.release()` in Store.give_room: nothing can be quarantined.
    """
    require_loop_devices()
    with mounted(make(tmp_path, 24)) as place:
        occupy(place / "others")
        (place / "others").open("r+b").close()
        with pytest.raises(SpoolFull):
            Spool.open(place / "spool", ballast_bytes=1 << 20)
        (place / "others").unlink()
        with Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
            ids = fill_beside(spool, place / "others")
            with pytest.raises(SpoolFull):
                spool.append([NewEntry(b"x" * 60_000)])
            spool.quarantine.move(ids.pop(0), "no")
            (place / "others").unlink()
            ids += spool.append([NewEntry(b"x" * 60_000)])
            assert [entry.id for entry in read_all(spool)] == ids
            assert spool.stats().ballast_bytes == 1 << 20


def test_what_little_room_returns_is_kept_for_draining(tmp_path: Path) -> None:
    """While the ballast cannot be whole nothing is appended, though there is some room.

    Fails without `store.ballast.ensure` in Keeper.require_room: the entry is taken.
    """
    require_loop_devices()
    image = make(tmp_path, 24)
    with mounted(image) as place, Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
        ids = fill_beside(spool, place / "others")
        spool._keeper.run(Store.give_room)
        with (place / "more").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 800 << 10)
        with pytest.raises(SpoolFull):
            spool.append([NewEntry(b"x" * 500)])
        spool.delete(ids)
        assert spool.depth == 0


def fill_beside(spool: Spool, others: Path) -> list[int]:
    """Append some entries, have the disk filled by others, and append what still fits."""
    ids = spool.append([NewEntry(b"x" * 500)] * 100)
    occupy(others)
    return ids + append_until_full(spool, NewEntry(b"x" * 500))
