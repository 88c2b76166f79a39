"""bench measures in a schema of its own: what the user has stays as it is, and nothing is left."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from messagestore import Message
from messagestore.bench.own_schema import PREFIX, own_schema
from messagestore.errors import DatabaseError
from tests.conftest import execute
from tests.integration.cli.command import TIMEOUT, Command

QUICK = ("--rows", "1000", "--seconds", "0")
LONG = ("--rows", "2000", "--seconds", "60")

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)"
_EXTENSIONS = "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gin')"


def ask(url: str, query: str, *values: object) -> list[tuple[object, ...]]:
    async def rows() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    return asyncio.run(rows())


def state(url: str) -> dict[object, list[tuple[object, ...]]]:
    """Return what is in all tables of the user's schema, as text."""
    return {
        name: ask(url, f"SELECT t::text FROM public.{name} AS t ORDER BY 1")
        for (name,) in ask(url, _TABLES)
    }


def own_schemas(url: str) -> list[str]:
    return [str(name) for (name,) in ask(url, _SCHEMAS, PREFIX)]


@pytest.fixture
def measuring(command: Command, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A bench that has begun to load, and will not be done soon."""
    process = command.start("bench", *LONG, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wait_for_messages(database_url)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_messages(url: str) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        for name in own_schemas(url):
            found = f"SELECT to_regclass('{name}.messages')::text"
            if ask(url, found) != [(None,)] and ask(url, f"SELECT FROM {name}.messages LIMIT 1"):
                return
        time.sleep(0.05)
    pytest.fail("nothing was loaded")


def test_bench_measures_and_leaves_everything_as_it_was(
    command: Command, database_url: str, seeded: list[Message]
) -> None:
    """Fails without the table of versions that own_schema makes: the user's is taken for it."""
    before = state(database_url)
    assert len(before["messages_all_time"]) == len(seeded)
    done = command("bench", *QUICK, "--json")
    [report] = done.json()
    assert report["rows"] == 1000
    assert report["import_rows_per_second"] > 0
    assert {read["name"] for read in report["reads"]} >= {"by id", "search, phrase, everywhere"}
    assert all(read[way]["p99"] > 0 for read in report["reads"] for way in ("library", "driver"))
    assert [one["callers"] for one in report["ingest"]] == [1, 64]
    [name] = [word.strip(",;") for word in done.stderr.split() if word.startswith(PREFIX)][:1]
    assert f"The schema {name} is removed." in done.stderr
    assert state(database_url) == before
    assert own_schemas(database_url) == []


def test_a_database_without_the_extensions_has_none_afterwards(
    bare_command: Command, empty_database_url: str
) -> None:
    shown = bare_command.on(empty_database_url)("bench", *QUICK).out
    assert "1,000 messages on PostgreSQL" in shown
    assert "by message_id" in shown
    assert "of the driver's rate" in shown
    assert own_schemas(empty_database_url) == []
    assert ask(empty_database_url, _EXTENSIONS) == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_removes_its_schema(
    measuring: subprocess.Popen[bytes], database_url: str, number: int
) -> None:
    measuring.send_signal(number)
    _, said = measuring.communicate(timeout=TIMEOUT)
    assert measuring.returncode == 130
    assert b"is removed." in said
    assert own_schemas(database_url) == []


def test_cut_off_it_removes_its_schema(
    measuring: subprocess.Popen[bytes], database_url: str
) -> None:
    ask(
        database_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    _, said = measuring.communicate(timeout=TIMEOUT)
    assert measuring.returncode == 3, said
    assert b"is removed." in said
    assert own_schemas(database_url) == []


async def test_a_schema_that_is_there_is_left_alone(database_url: str) -> None:
    """Fails where own_schema removes what it has not made."""
    name = PREFIX + "taken"
    await execute(database_url, f"CREATE SCHEMA {name}", f"CREATE TABLE {name}.kept (a int)")
    with pytest.raises(DatabaseError, match="already; nothing was changed"):
        async with own_schema(database_url, name, tell=print):
            pytest.fail("it was used")
    await execute(database_url, f"SELECT FROM {name}.kept")


def test_who_may_make_no_schema_is_told_so(
    bare_command: Command, database_url: str, server_url: str
) -> None:
    role = f"nobody_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE ROLE {role} LOGIN"))
    try:
        parts = urlsplit(database_url)
        url = urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))
        said = bare_command.on(url)("bench", *QUICK, expect=3).stderr
    finally:
        asyncio.run(execute(server_url, f"DROP ROLE {role}"))
    assert "GRANT CREATE ON DATABASE" in said
