"""A server that is there to be killed, frozen and stopped, and a database on it for each test."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from messagestore import Settings
from messagestore.database.migrator import migrate
from tests.conftest import execute, in_database
from tests.faults.load import settings_for
from tests.faults.table import is_full
from tests.faults.victim import Victim


@pytest.fixture(scope="session")
def full_form() -> bool:
    """Whether the tests run as often as the table of `make faults` requires."""
    return is_full()


@pytest.fixture(scope="session")
def victim_folder() -> Iterator[Path]:
    # Not below pytest's tmp_path: that is closed to others, and under root the server is another.
    folder = Path(tempfile.mkdtemp(prefix="messagestore-faults-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared_victim(victim_folder: Path) -> Iterator[Victim]:
    with Victim(victim_folder / "data") as victim:
        yield victim


@pytest.fixture
def victim(shared_victim: Victim) -> Iterator[Victim]:
    """The server, up and awake before the test and after it, whatever the test did."""
    shared_victim.start()
    yield shared_victim
    shared_victim.thaw()
    shared_victim.start()


@pytest.fixture
def settings(victim: Victim, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a database with our tables and no message, a spool, and a deadline of 1 s."""
    name = f"test_{uuid4().hex}"
    asyncio.run(execute(victim.url("postgres"), f"CREATE DATABASE {name}"))
    url = in_database(victim.url("postgres"), name)
    asyncio.run(migrate(url))
    yield settings_for(url, tmp_path / "spool")
    victim.thaw()
    victim.start()
    asyncio.run(execute(victim.url("postgres"), f"DROP DATABASE {name} WITH (FORCE)"))
