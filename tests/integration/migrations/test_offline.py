from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from messagestore.database.migrator import migrate, pending, render_sql
from messagestore.errors import SchemaMismatch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.integration.migrations.conftest import Scripts, Target


TABLE = """CREATE TABLE events (n int, word text) PARTITION BY RANGE (n);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20)"""
INDEX = """step.build_index_concurrently("events_word", "events", "(word) WHERE word <> 'it''s'")"""


def psql(target: Target, sql: str) -> None:
    subprocess.run(
        [target.server.bindir / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", target.url],
        input=sql.encode(), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def schema(target: Target) -> list[str]:
    dump = subprocess.run(
        [target.server.bindir / "pg_dump", "-s", target.url], check=True, capture_output=True
    ).stdout.decode()
    # \restrict carries a key that is random in each dump.
    return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrest"))]


async def test_psql_makes_the_same_schema(create: Callable[..., Awaitable[Target]]) -> None:
    by_psql, by_us = await create(), await create()
    psql(by_psql, render_sql())
    await migrate(by_us.url)
    assert schema(by_psql) == schema(by_us)
    assert await pending(by_psql.url) == []


async def test_psql_builds_indexes_beside_the_writers_too(
    create: Callable[..., Awaitable[Target]], scripts: Scripts
) -> None:
    by_psql, by_us = await create(), await create()
    folder = scripts(TABLE, INDEX)
    psql(by_psql, render_sql(folder=folder))
    await migrate(by_us.url, folder=folder)
    assert schema(by_psql) == schema(by_us)
    assert await pending(by_psql.url, folder=folder) == []


async def test_only_what_is_missing_is_rendered(target: Target, scripts: Scripts) -> None:
    folder = scripts("CREATE TABLE a (n int)", "CREATE TABLE b (n int)")
    await migrate(target.url, folder=scripts("CREATE TABLE a (n int)"))
    rest = render_sql(since="0001", folder=folder)
    assert "CREATE TABLE a" not in rest
    psql(target, rest)
    assert await pending(target.url, folder=folder) == []


def test_nothing_is_rendered_when_nothing_is_missing(scripts: Scripts) -> None:
    assert "BEGIN" not in render_sql(since="0001", folder=scripts("SELECT 1"))


def test_an_unknown_revision_is_refused(scripts: Scripts) -> None:
    with pytest.raises(SchemaMismatch, match="0007"):
        render_sql(since="0007", folder=scripts("SELECT 1"))
