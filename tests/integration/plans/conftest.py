"""One loaded database for all plans; loading takes longer than asking.

Each xdist worker loads its own, so run them with `--dist loadfile`, which gives one the whole file.
"""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from tests.conftest import execute, in_database
from tests.integration.plans.dataset import load


async def _load(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await load(connection)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def loaded_url(server_url: str, template: str) -> Iterator[str]:
    """A database with over 200,000 skewed messages. It is read, or written and rolled back."""
    name = f"plans_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    asyncio.run(_load(in_database(server_url, name)))
    yield in_database(server_url, name)
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))
