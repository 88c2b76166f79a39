"""Flipped bytes in a spool's file: what is damaged is reported, the rest is delivered."""

import random
from pathlib import Path

import pytest

from messagestore.logger.spool import NewEntry, Spool
from messagestore.logger.spool.cells import LEAF
from tests.faults.table import Figures
from tests.unit.spool.helpers import payload_of

PAGE = 4096
COUNT = 3000
FLIPS = 60


def size_of(number: int) -> int:
    """Return the bytes of an entry: some are longer than a page."""
    return 20_000 if number % 50 == 0 else 500


def filled(folder: Path) -> tuple[Path, set[int]]:
    """Make a spool with short and long entries, some deleted, and return its live ids."""
    with Spool.open(folder, ballast_bytes=1 << 16) as spool:
        numbers = range(1, COUNT + 1)
        spool.append([NewEntry(payload_of(number, size_of(number))) for number in numbers])
        deleted = {*range(1, 200), *range(1000, 1010)}
        spool.delete(deleted)
        return spool.path, set(range(1, COUNT + 1)) - deleted


def flip(path: Path, chance: random.Random, first: int, count: int) -> None:
    """Change some bytes from an offset on."""
    with path.open("r+b") as file:
        for offset in chance.sample(range(first, path.stat().st_size), count):
            file.seek(offset)
            old = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([old ^ chance.randrange(1, 256)]))


def check(folder: Path, live: set[int]) -> tuple[int, int]:
    """Return how many are delivered and reported: together all, none of them wrong."""
    with Spool.open(folder, ballast_bytes=1 << 16) as spool:
        delivered: list[int] = []
        # As a drain does it: nothing but reading and deleting has to find the damage.
        while batch := spool.read(300, 1 << 20):
            for entry in batch:
                assert entry.payload == payload_of(entry.id, size_of(entry.id))
            delivered += [entry.id for entry in batch]
            spool.delete([entry.id for entry in batch])
        damaged = [record.id for record in spool.damage.list(limit=COUNT)]
        assert sorted(delivered + damaged) == sorted(live)
        assert spool.verify().damaged == ()
        assert spool.depth == 0
        return len(delivered), len(damaged)


@pytest.mark.parametrize("seed", range(5))
def test_sixty_flipped_bytes_in_one_file(tmp_path: Path, seed: int) -> None:
    """Acknowledged = delivered + reported damaged, and what is delivered is as it was.

    Fails without the `is_sound` of entries.read (a wrong payload is delivered), and without
    `_require_all` there (an entry is missing without a word).
    """
    path, live = filled(tmp_path / "spool")
    flip(path, random.Random(seed), PAGE, FLIPS)  # noqa: S311 (no secret)
    delivered, damaged = check(tmp_path / "spool", live)
    # A flip damages one entry; one in the head of a long entry is one, too.
    assert 0 < damaged <= FLIPS
    assert delivered >= len(live) - FLIPS


@pytest.mark.fault(
    "flipped byte in the spool",
    how="one byte x 60",
    required="each damaged record reported, the rest delivered",
)
def test_one_flipped_byte_anywhere_sixty_times(
    tmp_path: Path, *, full_form: bool, figures: Figures
) -> None:
    """As above, in the first page too: at most one entry is lost by one flip.

    Fails without the DamageFound handling of Keeper.run: SQLite refuses the file.
    """
    flips, reported, delivered = FLIPS if full_form else 10, 0, 0
    for seed in range(flips):
        folder = tmp_path / str(seed)
        path, live = filled(folder)
        chance = random.Random(seed)  # noqa: S311 (no secret)
        # Half of the flips hit what only structure stands in: the first pages.
        flip(path, chance, 0, 1) if seed % 2 else flip_structure(path, chance)
        whole, damaged = check(folder, live)
        assert damaged <= 1
        reported += damaged
        delivered += whole
    figures(f"{flips} flips: {delivered:,} delivered, {reported} reported, 0 missing")


def test_a_flip_that_hides_entries_from_sqlite_is_noticed(tmp_path: Path) -> None:
    """One page says that it has one cell less: SQLite reads on as if nothing were missing.

    Fails without `_require_all` in entries.read: one entry is neither delivered nor reported.
    """
    path, live = filled(tmp_path)
    with path.open("r+b") as file:
        for start in range(PAGE * 300, path.stat().st_size, PAGE):
            file.seek(start)
            page = file.read(PAGE)
            if page[0] == LEAF and page[4] > 3:
                file.seek(start + 4)
                file.write(bytes([page[4] - 1]))
                break
    assert check(tmp_path, live) == (len(live), 0)


def flip_structure(path: Path, chance: random.Random) -> None:
    """Flip one byte in the first 200 of a page: headers and pointers."""
    page = chance.randrange(path.stat().st_size // PAGE)
    offset = page * PAGE + chance.randrange(200)
    with path.open("r+b") as file:
        file.seek(offset)
        old = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([old ^ chance.randrange(1, 256)]))
