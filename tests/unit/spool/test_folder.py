import os
from pathlib import Path

import pytest

from messagestore.errors import SpoolUnavailable
from messagestore.logger.spool import Spool
from tests.unit.spool.helpers import new_entries


def test_only_the_owner_can_read(folder: Path) -> None:
    before = os.umask(0)
    try:
        with Spool.open(folder) as spool:
            spool.append(new_entries(b"x"))
            assert folder.stat().st_mode & 0o777 == 0o700
            modes = {path.suffix: path.stat().st_mode & 0o777 for path in folder.iterdir()}
            names = {path.name.partition(".")[2] for path in folder.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert names == {"spool", "spool-wal", "lock", "ballast"}


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(SpoolUnavailable, match="mode 0700"):
        Spool.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_or_a_link_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o600)
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("file", "link"):
        with pytest.raises(SpoolUnavailable):
            Spool.open(tmp_path / name)


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolUnavailable, match="cannot be used"):
        Spool.open(tmp_path / "file" / "spool")


def test_a_link_in_a_files_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(mode=0o700)
    (tmp_path / "elsewhere").write_bytes(b"")
    (folder / "a.spool").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SpoolUnavailable):
        Spool.adopt(folder / "a.spool")
    with Spool.open(folder) as spool:
        assert spool.path != folder / "a.spool", "what cannot be used keeps no other back"
    assert (tmp_path / "elsewhere").read_bytes() == b""
