import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.conftest import execute, in_database
from tests.integration.partitions.layouts import make_months


@pytest.fixture(scope="session")
def months_template(server_url: str, template: str) -> Iterator[str]:
    """The name of a database with 36 months, to be cloned."""
    name = f"months_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    asyncio.run(make_months(in_database(server_url, name)))
    yield name
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def months_url(server_url: str, months_template: str) -> Iterator[str]:
    """A database with 36 months and no message."""
    name = f"test_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {months_template}"))
    yield in_database(server_url, name)
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))
