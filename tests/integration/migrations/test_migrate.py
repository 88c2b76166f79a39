from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory

from messagestore.database.migrator import (
    MIGRATIONS,
    check_schema,
    current_version,
    head_revision,
    migrate,
    pending,
)
from messagestore.database.migrator.schema import revisions
from messagestore.errors import SchemaMismatch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.integration.migrations.conftest import Scripts, Target


async def test_applies_all_and_then_has_nothing_to_do(target: Target) -> None:
    everything = list(revisions())
    assert await pending(target.url) == everything
    assert await migrate(target.url) == everything
    assert await pending(target.url) == []
    assert await migrate(target.url) == []
    async with target.connected() as connection:
        assert await current_version(connection) == head_revision()
        await check_schema(connection)
        assert await connection.fetchval("SELECT count(*) FROM messages") == 0


async def test_says_nothing(target: Target, capfd: pytest.CaptureFixture[str]) -> None:
    await migrate(target.url)
    assert capfd.readouterr() == ("", "")


def test_the_chain_is_one_line_that_alembic_reads_alike() -> None:
    directory = ScriptDirectory(MIGRATIONS)
    chain = [script.revision for script in directory.walk_revisions()]
    assert tuple(reversed(chain)) == revisions()
    assert directory.get_heads() == [head_revision()]
    named = {path.stem for path in (MIGRATIONS / "sql").glob("*.sql")}
    assert named <= {path.stem for path in (MIGRATIONS / "versions").glob("0*.py")}


def test_no_migration_offers_a_way_back() -> None:
    for script in ScriptDirectory(MIGRATIONS).walk_revisions():
        assert not hasattr(script.module, "downgrade")


def test_importing_it_does_not_import_alembic() -> None:
    code = (
        "import sys, messagestore.database.migrator as m; m.head_revision(); "
        "sys.exit(int(bool({'alembic', 'sqlalchemy'} & set(sys.modules))))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_leaves_another_alembic_in_the_database_alone(target: Target) -> None:
    await target.execute("CREATE TABLE alembic_version (version_num text)")
    await target.execute("INSERT INTO alembic_version VALUES ('the-bots-own')")
    await migrate(target.url)
    assert await target.value("SELECT version_num FROM alembic_version") == "the-bots-own"


async def test_two_databases_at_once_in_one_process(
    create: Callable[..., Awaitable[Target]],
) -> None:
    targets = [await create() for _ in range(4)]
    applied = await asyncio.gather(*(migrate(one.url) for one in targets))
    assert applied == [list(revisions())] * 4


async def test_an_interrupted_migration_changes_nothing_and_reruns(
    target: Target, scripts: Scripts
) -> None:
    await target.execute("CREATE TABLE obstacle (n int)")
    folder = scripts(
        "CREATE TABLE a (n int)", "CREATE TABLE b (n int); CREATE TABLE obstacle (n int)"
    )
    with pytest.raises(Exception, match=r"Migration 0002 failed and changed nothing: .*obstacle"):
        await migrate(target.url, folder=folder)
    assert await pending(target.url, folder=folder) == ["0002"]
    assert await target.value("SELECT to_regclass('b')") is None
    await target.execute("DROP TABLE obstacle")
    assert await migrate(target.url, folder=folder) == ["0002"]


async def test_the_schema_is_checked_in_sentences(target: Target, scripts: Scripts) -> None:
    old = scripts("CREATE TABLE a (n int)")
    new = scripts("CREATE TABLE a (n int)", "CREATE TABLE b (n int)")
    async with target.connected() as connection:
        with pytest.raises(SchemaMismatch, match=r"no tables .* run `messagestore migrate`"):
            await check_schema(connection, folder=old)
        await migrate(target.url, folder=old)
        await check_schema(connection, folder=old)
        with pytest.raises(SchemaMismatch, match=r"0001.*needs 0002; run `messagestore migrate`"):
            await check_schema(connection, folder=new)
        await migrate(target.url, folder=new)
        with pytest.raises(SchemaMismatch, match=r"0002, newer than the 0001.*upgrade"):
            await check_schema(connection, folder=old)


async def test_tables_that_are_newer_are_refused(target: Target, scripts: Scripts) -> None:
    await migrate(target.url, folder=scripts("SELECT 1", "SELECT 1"))
    with pytest.raises(SchemaMismatch, match="upgrade messagestore"):
        await migrate(target.url, folder=scripts("SELECT 1"))
