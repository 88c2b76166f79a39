from pathlib import Path

import pytest

from messagestore.errors import SpoolUnavailable
from messagestore.logger.spool import NewEntry, Spool
from tests.faults.spool.filesystem import cut_power, make, mounted, require_loop_devices
from tests.unit.spool.helpers import read_all


def test_a_read_only_disk_is_a_clear_error(tmp_path: Path) -> None:
    """Fails without `except OSError` in faults.translated: the system's error comes out."""
    require_loop_devices()
    image = make(tmp_path, 24)
    with mounted(image) as place, Spool.open(place / "spool", ballast_bytes=1 << 20) as spool:
        spool.append([NewEntry(b"x")])
    with mounted(image, "ro") as place:
        for folder in ("spool", "new"):
            with pytest.raises(SpoolUnavailable):
                Spool.open(place / folder)
    with mounted(image) as place, Spool.open(place / "spool") as spool:
        assert spool.depth == 1


def test_a_disk_that_fails_is_a_clear_error_each_time(tmp_path: Path) -> None:
    """What was acknowledged before is there afterwards; what was refused is not.

    Fails without `except apsw.Error` in faults.translated: an error of APSW's comes out.
    """
    require_loop_devices()
    image = make(tmp_path, 24)
    with mounted(image) as place:
        spool = Spool.open(place / "spool", ballast_bytes=1 << 20)
        spool.append([NewEntry(b"before")])
        cut_power(place)
        for _ in range(3):
            with pytest.raises(SpoolUnavailable):
                spool.append([NewEntry(b"refused")])
        with pytest.raises(SpoolUnavailable):
            spool.close()
    with mounted(image) as place, Spool.open(place / "spool") as spool:
        assert [entry.payload for entry in read_all(spool)] == [b"before"]
        assert spool.damage.list() == []
