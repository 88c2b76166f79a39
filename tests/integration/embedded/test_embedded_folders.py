import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.errors import EmbeddedServerError
from tests.integration.embedded.processes import AS_ROOT, FAST, psql


@pytest.fixture
def long_dir(data_dir: Path) -> Iterator[Path]:
    """A data folder whose path is too long for a socket, and not plain either."""
    parent = data_dir.parent / ("long, $HOME \"'ü" + "x" * 100)
    parent.mkdir(mode=0o755)
    yield data_dir.rename(parent / "data")
    EmbeddedServer(parent / "data").stop()


@pytest.fixture
def short_place(long_dir: Path) -> Iterator[Path]:
    """Where the socket's folder of `long_dir` goes."""
    with EmbeddedServer(long_dir, extra_settings=FAST) as server:
        place = server.status().socket_dir
    assert place is not None
    yield place
    if place.is_symlink():
        place.unlink()
    elif place.exists():
        place.rmdir()


def test_a_long_path_gets_a_short_folder_for_its_socket(long_dir: Path, short_place: Path) -> None:
    assert short_place.name.startswith("messagestore-")
    assert len(bytes(short_place)) < 60
    assert stat.S_IMODE(short_place.lstat().st_mode) == 0o700
    with EmbeddedServer(long_dir, extra_settings=FAST) as server:
        assert server.status().socket_dir == short_place
        assert psql(server, "SELECT 1") == "1"


@pytest.mark.parametrize("trick", ["symlink", "open to all", "a file"])
def test_what_somebody_else_put_there_is_not_used(
    long_dir: Path, short_place: Path, folder: Path, trick: str
) -> None:
    short_place.rmdir()
    if trick == "symlink":
        short_place.symlink_to(folder)
    elif trick == "open to all":
        short_place.mkdir()
        short_place.chmod(0o777)
    else:
        short_place.touch()
    with pytest.raises(EmbeddedServerError, match="remove it, and start again"):
        EmbeddedServer(long_dir, extra_settings=FAST).start()
    if trick == "a file":
        short_place.unlink()


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_used(long_dir: Path, short_place: Path) -> None:
    os.chown(short_place, 65534, 65534)
    with pytest.raises(EmbeddedServerError, match="remove it, and start again"):
        EmbeddedServer(long_dir, extra_settings=FAST).start()


def test_a_large_log_is_put_aside(data_dir: Path) -> None:
    log = data_dir / "server.log"
    os.truncate(log, 11 * 1024 * 1024)
    with EmbeddedServer(data_dir, extra_settings=FAST):
        assert log.stat().st_size < 1024 * 1024
    assert (data_dir / "server.log.1").stat().st_size > 1024 * 1024


def test_a_symlink_in_place_of_a_lock_is_not_followed(data_dir: Path, folder: Path) -> None:
    (data_dir / "change.lock").unlink()
    (data_dir / "change.lock").symlink_to(folder / "elsewhere")
    with pytest.raises(EmbeddedServerError, match="could not be started"):
        EmbeddedServer(data_dir).start()
    assert not (folder / "elsewhere").exists()
    (data_dir / "change.lock").unlink()


def test_a_data_dir_that_is_a_file_is_refused(folder: Path) -> None:
    (folder / "data").touch()
    with pytest.raises(EmbeddedServerError, match="could not be started"):
        EmbeddedServer(folder / "data").start()
