"""From one server to a cluster: what is stored before, meanwhile and afterwards is there."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from messagestore import Message, MessageStore, Settings, Status
from messagestore.database.migrator import MIGRATIONS, migrate
from messagestore.distribution import complete, distribute
from messagestore.distribution.tables import DISTRIBUTED, ON_COORDINATOR, PLACES
from messagestore.errors import DatabaseError
from messagestore.identifiers import LAST_ID
from messagestore.repository.page import END_OF_TIME
from messagestore.repository.queries import sql
from messagestore.repository.queries.distributed import variants
from tests.builders import new_message
from tests.conftest import Clock
from tests.faults.load import drained
from tests.integration.repository.recount import assert_counters_equal_recount

TABLES = [table.name for table in DISTRIBUTED]


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(database_url=url, search_upkeep_seconds=0, spool_dir=folder)


async def _fetch(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(query)
    await connection.close()
    return rows


async def test_every_table_has_its_place(joined_url: str) -> None:
    """A table that a migration adds must be named in distribution/tables.py."""
    await migrate(joined_url)
    assert await distribute(joined_url) == TABLES
    rows = await _fetch(
        joined_url,
        "SELECT relname, distribution_column, colocation_id, shard_count FROM pg_class "
        "LEFT JOIN citus_tables ON table_name = pg_class.oid "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    )
    found = {row["relname"]: row for row in rows if not row["relname"].startswith("messages_")}
    known = {table.name: table for table in (*DISTRIBUTED, PLACES)}
    assert found.keys() == known.keys() | ON_COORDINATOR
    for name, table in known.items():
        assert (found[name]["distribution_column"], found[name]["shard_count"]) == (table.column, 8)
        beside = found[table.beside or name]
        assert found[name]["colocation_id"] == beside["colocation_id"]


async def test_distributing_again_changes_nothing(joined_url: str) -> None:
    await migrate(joined_url)
    assert await complete(joined_url) == []
    assert await _fetch(joined_url, "SELECT * FROM citus_tables") == []
    await distribute(joined_url)
    assert await distribute(joined_url) == []
    assert await complete(joined_url) == []
    assert await migrate(joined_url) == []


async def test_a_new_version_changes_the_tables_on_every_node(
    joined_url: str, tmp_path: Path
) -> None:
    """Send the migration's file as it is, and Citus refuses its second statement."""
    await migrate(joined_url)
    await distribute(joined_url)
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    (head,) = await _fetch(joined_url, "SELECT version_num FROM messagestore_schema_version")
    (folder / "sql" / "9999_next.sql").write_text(
        "-- Two statements.\nALTER TABLE messages ADD COLUMN one text;\n"
        "ALTER TABLE conversations ADD COLUMN other text;\n"
    )
    (folder / "versions" / "9999_next.py").write_text(
        f"revision = '9999'\ndown_revision = {head['version_num']!r}\n\n"
        "def upgrade(step):\n"
        "    step.build_index_concurrently('messages_next', 'messages', '(sender, recipient)')\n"
        "    step.run('9999_next')\n"
    )
    assert await migrate(joined_url, folder=folder) == ["9999"]
    assert await _fetch(joined_url, "SELECT one FROM messages") == []
    assert await _fetch(joined_url, "SELECT other FROM conversations") == []


async def test_without_citus_it_is_refused(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    with pytest.raises(DatabaseError, match="CREATE EXTENSION citus"):
        await distribute(empty_database_url)
    assert await complete(empty_database_url) == []


async def test_without_workers_it_is_refused(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("CREATE EXTENSION citus")
    await connection.close()
    await migrate(empty_database_url)
    with pytest.raises(DatabaseError, match="citus_add_node"):
        await distribute(empty_database_url)


async def _store(store: MessageStore, prefix: str, count: int) -> list[Message]:
    result = await store.messages.create_many(
        new_message(message_id=f"{prefix}{number}", context_id=f"c{number % 7}")
        for number in range(count)
    )
    assert result.created == count
    return [stored.message for stored in result.stored]


async def test_what_is_stored_is_there_afterwards(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        before = await _store(store, "before", 50)
        await store.service.update_message_status("later", Status.READ)
        await distribute(joined_url)
        after = await _store(store, "after", 50)
        for message in (*before, *after):
            assert await store.messages.get(message.id) == message
            assert await store.messages.get_by_message_id(message.message_id) == message
        late = await store.messages.create(new_message(message_id="later"))
        assert late.message.status is Status.READ
        await assert_counters_equal_recount(store.database)


async def test_what_is_logged_meanwhile_is_there_afterwards(
    joined_url: str, tmp_path: Path
) -> None:
    """Take cut_plain_connections out, and the last messages are not found by their ids."""
    await migrate(joined_url)
    logged: list[str] = []
    distributed = asyncio.Event()
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path)) as store:
        await _store(store, "before", 20)

        async def log() -> None:
            left = 20
            while left:
                left -= distributed.is_set()
                message_id = f"meanwhile{len(logged)}"
                result = await store.logger.log_incoming(
                    new_message(message_id=message_id, context_id=f"c{len(logged) % 7}")
                )
                assert result.durable
                logged.append(message_id)

        logging = asyncio.create_task(log())
        await distribute(joined_url)
        distributed.set()
        await logging
    # What closing has left in the spool, if anything, is written by then.
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path)) as store:
        await drained(store, seconds=60)
        for message_id in logged:
            message = await store.messages.get_by_message_id(message_id)
            assert message is not None
            assert await store.messages.get(message.id) == message
        await assert_counters_equal_recount(store.database)


RULES = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'messages'::regclass AND contype = 'c' AND convalidated ORDER BY conname
"""


async def test_interrupted_at_any_step_it_is_run_again(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        before = await _store(store, "before", 20)
    rules = await _fetch(joined_url, RULES)
    assert len(rules) == 13
    steps: list[str] = []

    class Stopped(Exception):
        pass

    def stop(step: str) -> None:
        if step not in steps:
            steps.append(step)
            raise Stopped

    while True:
        try:
            await distribute(joined_url, report=stop)
        except Stopped:
            continue
        break
    assert len(steps) == len(TABLES) + 3
    assert await _fetch(joined_url, RULES) == rules
    assert await _fetch(joined_url, "SELECT FROM pg_class WHERE relname = 'messages_rules'") == []
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        for message in before:
            assert await store.messages.get(message.id) == message
        await assert_counters_equal_recount(store.database)


async def _sent_to_workers(url: str, name: str, *arguments: Any) -> list[str]:
    """Return the queries that Citus sends to the workers for one of our statements."""
    sent: list[str] = []
    connection = await asyncpg.connect(url)
    connection.add_log_listener(lambda _, notice: sent.append(notice.message or ""))
    await connection.execute("SET citus.log_remote_commands = on")
    statement = sql(name)
    rows = await connection.fetch(variants().get(statement, statement), *arguments)
    assert len(rows) == 1
    await connection.close()
    return [one for one in sent if one.startswith(("issuing SELECT", "issuing WITH"))]


async def test_lookups_are_routed(joined_url: str, tmp_path: Path, clock: Clock) -> None:
    """By id or message_id in two statements, each to one shard; of a conversation in one."""
    await migrate(joined_url)
    await distribute(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        parent = (await store.messages.create(new_message(message_id="a"))).message
        answer = new_message(message_id="b", reply_to_message_id="a")
        message = (await store.messages.create(answer)).message
    place = (message.context_id, message.created_at, message.id)
    asked: dict[str, tuple[Any, ...]] = {
        "get": (message.id, message.created_at, False),
        "find_keys": ([message.message_id],),
        "get_by_key": (*place, False),
        "get_conversation_history": (message.context_id, END_OF_TIME, LAST_ID, 1),
        "get_message_stats": (message.context_id,),
        "get_thread_ancestors": (message.context_id, parent.message_id, 10),
    }
    sent = {name: len(await _sent_to_workers(joined_url, name, *of)) for name, of in asked.items()}
    assert sent == dict.fromkeys(asked, 1) | {"get": 2, "get_thread_ancestors": 2}
