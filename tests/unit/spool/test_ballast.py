from pathlib import Path

from messagestore.logger.spool import Spool
from messagestore.logger.spool.ballast import Ballast
from tests.unit.spool.helpers import new_entries


def test_the_ballast_holds_real_blocks_and_gives_them_back(tmp_path: Path) -> None:
    path = tmp_path / "a.ballast"
    ballast = Ballast(path, 1 << 20)
    assert not ballast.in_place
    ballast.ensure()
    assert ballast.in_place
    assert path.stat().st_blocks * 512 >= 1 << 20
    ballast.release()
    assert path.stat().st_blocks == 0
    assert not ballast.in_place
    assert not Ballast(path, 1 << 20).in_place


def test_a_sparse_file_is_no_ballast(tmp_path: Path) -> None:
    path = tmp_path / "a.ballast"
    with path.open("wb") as file:
        file.truncate(1 << 20)
    assert not Ballast(path, 1 << 20).in_place


def test_it_grows_for_a_large_batch_and_shrinks_when_that_is_gone(folder: Path) -> None:
    with Spool.open(folder, ballast_bytes=1 << 20) as spool:
        spool.append(new_entries(b"x" * (4 << 20)))
        assert spool.stats().ballast_bytes >= 8 << 20
        spool.delete([1])
        assert spool.stats().ballast_bytes == 1 << 20
