from collections.abc import Iterator
from pathlib import Path

import pytest

from messagestore.logger.spool import Spool
from tests.conftest import Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where spool files go."""
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path, clock: Clock) -> Iterator[Spool]:
    """An open spool with nothing in it."""
    with Spool.open(folder, clock=clock) as spool:
        yield spool
