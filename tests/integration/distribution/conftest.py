"""Databases of the cluster of MESSAGESTORE_TEST_CITUS_URL; without one the tests are skipped."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.conftest import CITUS_URL
from tests.nodes import Nodes


@pytest.fixture(scope="session")
def nodes() -> Nodes:
    if CITUS_URL is None:
        pytest.skip("MESSAGESTORE_TEST_CITUS_URL names no cluster")
    return asyncio.run(Nodes.of_cluster(CITUS_URL))


@pytest.fixture
def joined_url(nodes: Nodes) -> Iterator[str]:
    """An empty database of the cluster, whose nodes know each other."""
    name = f"test_{uuid4().hex}"
    url = nodes.create(name)
    nodes.join(name)
    yield url
    nodes.drop(name)
