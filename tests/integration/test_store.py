"""Databases that are not as they should be: each gets one clear sentence, and loses nothing."""

import asyncio
import logging
import traceback
from pathlib import Path

import pytest

from messagestore import MessageStore, Settings
from messagestore.database.migrator import VERSION_TABLE
from messagestore.errors import (
    DatabaseReadOnly,
    DatabaseUnavailable,
    InvalidQuery,
    LoginRefused,
    RecordRefused,
    SchemaMismatch,
)
from messagestore.repository.upkeep import flush_search_index
from tests.builders import new_message
from tests.conftest import LAYOUT, execute, in_database

KNOWN = "SELECT reltuples AS known FROM pg_class WHERE oid = 'messages'::regclass"
KNOWN_ON_CITUS = """
SELECT sum(result::float) AS known FROM run_command_on_shards(
    'messages', $$ SELECT reltuples FROM pg_class WHERE oid = '%s'::regclass $$
)
"""


async def _open(url: str) -> None:
    settings = Settings(database_url=url)
    async with MessageStore.open(settings=settings, needs_database=True):
        pass


async def test_a_database_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await _open(f"postgresql://postgres:@/postgres?host={tmp_path}")


async def test_a_database_that_does_not_exist(server_url: str) -> None:
    url = in_database(server_url, "nowhere")
    with pytest.raises(LoginRefused, match=r"SQLSTATE 3D000.*create the database"):
        await _open(url)
    with pytest.raises(LoginRefused):  # also where an outage is none
        async with MessageStore.open(database_url=url):
            pass


async def test_a_database_without_tables(empty_database_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="run `messagestore migrate`"):
        await _open(empty_database_url)


async def test_tables_of_another_version(database_url: str) -> None:
    await execute(database_url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match=r"newer.*upgrade messagestore"):
        await _open(database_url)
    await execute(database_url, f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
    with pytest.raises(SchemaMismatch, match=r"version 0001.*run `messagestore migrate`"):
        await _open(database_url)


async def test_a_read_only_database_answers_and_takes_nothing(
    database_url: str, settings: Settings
) -> None:
    async with MessageStore.open(settings=settings) as store:
        await store.messages.create(new_message("hello"))
    name = database_url.partition("?")[0].rpartition("/")[2]
    await execute(database_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    async with MessageStore.open(settings=settings) as store:
        assert len(await store.messages.get_conversation_history("alice")) == 1
        with pytest.raises(DatabaseReadOnly, match="point the URL at the primary"):
            await store.messages.create(new_message())


async def test_tables_that_vanish_while_the_store_is_open(store: MessageStore) -> None:
    await store.database.fetch("ALTER TABLE conversations RENAME TO gone")
    with pytest.raises(SchemaMismatch, match=r"SQLSTATE 42P01.*run `messagestore migrate`"):
        await store.messages.create(new_message())


async def test_connections_that_are_cut_are_replaced(store: MessageStore) -> None:
    await store.messages.create(new_message())
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert store.settings.database_url is not None
    await execute(store.settings.database_url, cut)

    async def works() -> bool:
        try:
            return (await store.messages.create(new_message())).created
        except DatabaseUnavailable:
            return False

    assert [await works() for _ in range(5)][-1]


async def test_a_statement_that_takes_too_long_is_an_outage(settings: Settings) -> None:
    hasty = settings.model_copy(update={"command_timeout": 0.2})
    async with MessageStore.open(settings=hasty) as store:
        with pytest.raises(DatabaseUnavailable, match="did not answer in time"):
            await store.database.fetch("SELECT pg_sleep(30)")


async def test_an_error_over_a_record_does_not_show_the_record(
    store: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when faults.py raises from the driver's error, whose DETAIL is the whole row."""
    caplog.set_level(logging.DEBUG)
    canary = "canary-1b2c"
    with pytest.raises(RecordRefused) as caught:
        await store.database.fetch(
            "INSERT INTO conversations VALUES ($1, 'neither', 0, 0, 0, 0, 0, 0)", canary
        )
    shown = "".join(traceback.format_exception(caught.value))
    assert "conversations_context_type_known" in shown
    assert canary not in shown + caplog.text


@pytest.mark.parametrize("limit", [0, -1, 1001, True, "5", 2.5])
async def test_a_limit_out_of_range_is_refused(store: MessageStore, limit: int) -> None:
    with pytest.raises(InvalidQuery, match="limit must be 1 to 1000"):
        await store.messages.get_conversation_history("alice", limit=limit)


@pytest.mark.parametrize("cursor", ["x", "", "00000000-0000-0000-0000-000000000000", 5])
async def test_a_cursor_of_another_kind_is_refused(store: MessageStore, cursor: str) -> None:
    with pytest.raises(InvalidQuery, match="before must be"):
        await store.messages.get_conversation_history("alice", before=cursor)


async def test_two_stores_on_one_database_are_one_store(settings: Settings) -> None:
    async with (
        MessageStore.open(settings=settings) as one,
        MessageStore.open(settings=settings) as other,
    ):
        results = await asyncio.gather(
            *(store.messages.create(new_message(message_id="x")) for store in (one, other))
        )
    assert sorted(result.created for result in results) == [False, True]


async def test_a_store_that_settles_knows_its_tables_and_has_its_search_index_whole(
    store: MessageStore,
) -> None:
    await store.messages.create_many(new_message(f"text {number}") for number in range(50))
    await store.settle()
    (rows,) = await store.database.fetch(KNOWN_ON_CITUS if LAYOUT == "citus" else KNOWN)
    assert rows["known"] == 50
    assert await flush_search_index(store.database) == 0
