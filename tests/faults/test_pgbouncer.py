"""Behind pgbouncer in transaction mode each statement may run on another server connection."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import pytest

from messagestore import MessageStore, Settings, Status
from messagestore.bench.own_schema import new_name, own_schema
from messagestore.database.embedded.postmaster import PORT
from messagestore.errors import DatabaseError, MessageStoreError
from messagestore.event import MessageReceived
from tests.builders import new_answer
from tests.faults.bouncer import SERVER_CONNECTIONS, bouncing, version
from tests.faults.load import assert_kept
from tests.faults.table import Figures
from tests.faults.victim import Victim
from tests.programs import required

CLIENTS = 16
OPERATIONS = 5
HANDLES_NAMED_STATEMENTS = (1, 21)


@pytest.fixture
def bounced(
    victim: Victim, settings: Settings, victim_folder: Path, tmp_path: Path
) -> Iterator[Settings]:
    """Settings for the same database, by way of a pgbouncer."""
    program = required("pgbouncer")
    with bouncing(program, victim, victim_folder / f"bouncer-{tmp_path.name}") as folder:
        url = by_way_of(folder, settings)
        yield settings.model_copy(
            update={"database_url": url, "pool_max_size": 2, "log_deadline": 20.0}
        )


def by_way_of(folder: Path, settings: Settings) -> str:
    """Return the URL of the same database, by way of the pgbouncer whose socket is there."""
    query = f"host={quote(str(folder))}&port={PORT}"
    return urlunsplit(urlsplit(settings.database_url or "")._replace(query=query))


async def use(settings: Settings, client: int, rounds: int, errors: Counter[str]) -> list[str]:
    """Use a store of one's own; return the ids of what was logged, and note what went wrong."""
    ids = [f"client-{client}-{number}" for number in range(rounds)]
    async with MessageStore.open(settings=settings) as store:
        for message_id in ids:
            try:
                await operate(store, f"context-{client}", message_id)
            except (MessageStoreError, AssertionError) as error:
                errors[type(error).__name__] += 1
    return ids


async def operate(store: MessageStore, context_id: str, message_id: str) -> None:
    """Log, change, read, search, and delete every other message."""
    message = new_answer(f"word {message_id}", message_id=message_id, context_id=context_id)
    assert (await store.logger.log_event(MessageReceived(message=message))).outcome == "stored"
    assert (await store.service.update_message_status(message_id, Status.READ)).changed
    last = await store.service.get_last_messages(context_id, 1)
    found = await store.service.search_messages(context_id, f'"{message.content}"', 1)
    assert [one.message_id for one in (*last, *found.messages)] == [message_id] * 2
    if int(message_id[-1]) % 2:
        await store.messages.soft_delete(message_id)
    else:
        assert await store.messages.exists(message_id)


async def use_together(settings: Settings, rounds: int) -> tuple[list[str], Counter[str]]:
    """Use it by 16 clients at a time; return what was logged and what went wrong."""
    errors = Counter[str]()
    ids = await asyncio.gather(
        *(use(settings, client, rounds, errors) for client in range(CLIENTS))
    )
    return [message_id for own in ids for message_id in own], errors


@pytest.mark.fault(
    "pgbouncer in transaction mode",
    how=f"{CLIENTS} clients over {SERVER_CONNECTIONS} connections, no named statements",
    required="0 errors, counters right",
)
async def test_pgbouncer(bounced: Settings, full_form: bool, figures: Figures) -> None:
    """Fails without `statement_cache_size` in Database.open."""
    settings = bounced.model_copy(update={"statement_cache_size": 0})
    ids, errors = await use_together(settings, 60 if full_form else 10)
    figures(f"{len(ids) * OPERATIONS:,} operations, {errors.total()} errors")
    assert not errors
    await assert_kept(str(settings.database_url), ids, figures)


@pytest.mark.fault(
    "pgbouncer in transaction mode, control",
    how="the same with named statements, before 1.21",
    required="some errors",
)
async def test_the_control_with_named_statements_fails(
    bounced: Settings, figures: Figures, caplog: pytest.LogCaptureFixture
) -> None:
    """Shows that the clients above do share their server connections; the log says what to set."""
    if version(required("pgbouncer")) >= HANDLES_NAMED_STATEMENTS:
        pytest.skip("this pgbouncer handles named statements")
    ids, errors = await use_together(bounced, 5)
    figures(f"{errors.total()} of {len(ids)} messages with an error")
    assert errors
    assert "set statement_cache_size to 0" in caplog.text


@pytest.mark.parametrize("ignored", ["", "search_path"], ids=["refused", "ignored"])
async def test_a_benchmark_is_refused_before_it_makes_anything(
    victim: Victim, settings: Settings, victim_folder: Path, tmp_path: Path, ignored: str
) -> None:
    """Fails, with tables of ours where the user's would be, without the look at search_path."""
    program = required("pgbouncer")
    place = victim_folder / f"bouncer-{tmp_path.name}"
    name = new_name()
    with (
        bouncing(program, victim, place, ignored=ignored) as folder,
        pytest.raises(DatabaseError, match="pooler"),
    ):
        async with own_schema(by_way_of(folder, settings), name, tell=print):
            pytest.fail("it was used")
    connection = await asyncpg.connect(settings.database_url)
    try:
        assert await connection.fetchval("SELECT to_regnamespace($1) IS NULL", name)
    finally:
        await connection.close()
