from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from messagestore.database.migrator import migrate, pending
from messagestore.errors import DatabaseError, DatabaseReadOnly, DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.integration.migrations.conftest import Scripts, Target


async def test_a_server_that_is_down(tmp_path: object) -> None:
    with pytest.raises(DatabaseUnavailable):
        await migrate(f"postgresql://nobody@/nowhere?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable):
        await pending("postgresql://nobody@127.0.0.1:1/nowhere")


async def test_a_server_that_takes_no_writes(target: Target) -> None:
    await target.execute(f"ALTER DATABASE {target.name} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseReadOnly, match="read-only"):
        await migrate(target.url)


async def test_an_encoding_that_cannot_hold_every_message(
    create: Callable[..., Awaitable[Target]],
) -> None:
    target = await create("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(DatabaseError, match=r"LATIN1.*ENCODING 'UTF8'"):
        await migrate(target.url)


async def test_a_user_without_the_right(target: Target, scripts: Scripts) -> None:
    await target.execute(
        "DO $$ BEGIN CREATE ROLE visitor LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    url = target.server.url(target.name, "visitor")
    with pytest.raises(DatabaseError, match=r"lacks a right .*schema public.*grant it"):
        await migrate(url, folder=scripts("CREATE TABLE a (n int)"))
    await target.execute("GRANT CREATE ON SCHEMA public TO visitor")
    with pytest.raises(DatabaseError, match=r"lacks a right .*pg_trgm.*owner of the database"):
        await migrate(url)


async def test_an_extension_that_is_not_there(target: Target, scripts: Scripts) -> None:
    with pytest.raises(DatabaseError, match=r"extension \(.*no_such.*postgresql-contrib"):
        await migrate(target.url, folder=scripts("CREATE EXTENSION no_such"))


async def test_rows_that_break_a_new_rule_are_not_repeated(
    target: Target, scripts: Scripts
) -> None:
    rule = "ALTER TABLE a ADD CONSTRAINT short CHECK (length(word) < 3)"
    folder = scripts("CREATE TABLE a (word text); INSERT INTO a VALUES ('secret')", rule)
    with pytest.raises(DatabaseError, match=r"0002 .*stored rows break short") as caught:
        await migrate(target.url, folder=folder)
    assert "secret" not in str(caught.value)


async def test_a_mistake_in_a_migration(target: Target, scripts: Scripts) -> None:
    with pytest.raises(DatabaseError, match=r"0001 failed and changed nothing: syntax error"):
        await migrate(target.url, folder=scripts("CREATE TABEL a (n int)"))
