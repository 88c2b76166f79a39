"""Folders for real servers.

Not below pytest's tmp_path: that is closed to others, and under root the server is another user.
In memory where there is such a place, for a copy of PostgreSQL's data is 40 MB.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.errors import EmbeddedServerError
from tests.integration.embedded.processes import FAST, eventually, processes_on

MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes the folder in it)


@contextmanager
def _open_folder() -> Iterator[Path]:
    folder = Path(
        tempfile.mkdtemp(prefix="embedded-", dir=MEMORY if MEMORY.is_dir() else None)
    ).resolve()
    folder.chmod(0o755)
    try:
        yield folder
        eventually(lambda: not processes_on(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can enter; no process on it may be left."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture
def new_dir(folder: Path) -> Iterator[Path]:
    """The path of a data folder that does not exist yet."""
    data_dir = folder / "data"
    try:
        yield data_dir
    finally:
        try:
            EmbeddedServer(data_dir).stop()
        except EmbeddedServerError as error:
            pytest.fail(f"cleaning up: {error}")


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A data folder with PostgreSQL's data in it, set up once."""
    with _open_folder() as folder:
        with EmbeddedServer(folder / "data", extra_settings=FAST):
            pass
        yield folder / "data"


@pytest.fixture
def data_dir(new_dir: Path, template: Path) -> Path:
    """A data folder that was used before, and is not in use."""
    subprocess.run(["cp", "-a", str(template), str(new_dir)], check=True)
    return new_dir


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """A running server."""
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        yield server
