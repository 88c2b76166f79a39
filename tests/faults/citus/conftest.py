"""A distributed database of the cluster that MESSAGESTORE_TEST_CITUS_URL names."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from messagestore import Settings
from messagestore.database.migrator import migrate
from messagestore.distribution import distribute
from tests.conftest import CITUS_URL
from tests.faults.load import settings_for
from tests.nodes import Nodes


@pytest.fixture(scope="session")
def nodes() -> Nodes:
    if CITUS_URL is None:
        pytest.skip("MESSAGESTORE_TEST_CITUS_URL names no cluster")
    return asyncio.run(Nodes.of_cluster(CITUS_URL))


@pytest.fixture
def settings(nodes: Nodes, tmp_path: Path) -> Iterator[Settings]:
    yield from _distributed(nodes, nodes, tmp_path)


@pytest.fixture
def without_last(nodes: Nodes, tmp_path: Path) -> Iterator[Settings]:
    """The last worker of the cluster has not joined this database yet."""
    yield from _distributed(nodes, Nodes(nodes.urls[:-1]), tmp_path)


def _distributed(nodes: Nodes, joined: Nodes, tmp_path: Path) -> Iterator[Settings]:
    name = f"test_{uuid4().hex}"
    url = nodes.create(name)
    joined.join(name)
    asyncio.run(migrate(url))
    asyncio.run(distribute(url))
    yield settings_for(url, tmp_path / "spool")
    nodes.drop(name)
