"""A throw-away server for migrations, with an empty database for each test."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

from messagestore.database.migrator import MIGRATIONS
from tests.servers import bindir, running

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
MIGRATE = """
import asyncio, sys
from pathlib import Path
from messagestore.database.migrator import migrate
print(len(asyncio.run(migrate(sys.argv[1], folder=Path(sys.argv[2])))))
"""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Server:
    bindir: Path
    socket: Path

    def url(self, database: str, user: str = "tester") -> str:
        return f"postgresql://{user}@/{database}?host={self.socket}"


@dataclass(frozen=True)
class Target:
    """An empty database of its own for each test."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    @asynccontextmanager
    async def connected(self, url: str | None = None) -> AsyncIterator[Connection]:
        connection: Connection = await asyncpg.connect(url or self.url)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    async def execute(self, sql: str) -> None:
        async with self.connected() as connection:
            await connection.execute(sql)

    async def until(self, sql: str) -> None:
        async with asyncio.timeout(30), self.connected() as connection:
            while not await connection.fetchval(sql):  # noqa: ASYNC110 (the server tells nobody)
                await asyncio.sleep(0.02)

    async def spawn(self, folder: Path = MIGRATIONS) -> asyncio.subprocess.Process:
        """Migrate in a process of its own, which prints how many it applied."""
        command = [sys.executable, "-W", "error", "-c", MIGRATE, self.url, str(folder)]
        return await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    async def value(self, sql: str) -> object:
        async with self.connected() as connection:
            value: object = await connection.fetchval(sql)
            return value


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(bindir()) as socket:
        yield Server(bindir(), socket)


@pytest.fixture
def create(server: Server) -> Callable[..., Awaitable[Target]]:
    async def create(options: str = "ENCODING 'UTF8'") -> Target:
        name = f"test_{next(_numbers)}"
        await Target(server, "postgres").execute(
            f"CREATE DATABASE {name} TEMPLATE template0 {options}"
        )
        return Target(server, name)

    return create


@pytest.fixture
async def target(create: Callable[..., Awaitable[Target]]) -> Target:
    return await create()


Scripts: TypeAlias = Callable[..., Path]


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    """Write a folder of migrations: each argument is SQL, or the body of `upgrade(step)`."""

    def write(*bodies: str) -> Path:
        folder = tmp_path / f"migrations-{next(_numbers)}"
        (folder / "versions").mkdir(parents=True)
        (folder / "sql").mkdir()
        previous = None
        for number, body in enumerate(bodies, 1):
            revision = f"{number:04}"
            name = f"{revision}_test"
            lines = body
            if "step." not in body:
                (folder / "sql" / f"{name}.sql").write_text(body)
                lines = f"step.run({name!r})"
            (folder / "versions" / f"{name}.py").write_text(
                f"revision = {revision!r}\ndown_revision = {previous!r}\n\n"
                "def upgrade(step):\n" + "".join(f"    {line}\n" for line in lines.splitlines())
            )
            previous = revision
        return folder

    return write
