"""Over 36 months a query looks into the months that it needs, and stops when it has enough."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from messagestore.identifiers import LAST_ID
from messagestore.repository.keys import days_of
from messagestore.repository.queries import sql
from tests.conftest import execute, in_database
from tests.integration.partitions.layouts import make_months
from tests.integration.plans.case import NEWEST, OLDEST, PAGE
from tests.integration.plans.dataset import COPIES
from tests.integration.plans.explain import Plan, explain

ACTIVE, SILENT = "c.1", "c.2"
AHEAD = {"messages_later", "messages_2027_01", "messages_2026_12"}
"""Nothing is dated there yet: a look into an index without entries."""
NEWEST_MONTH = "messages_2026_11"
PAST = (datetime(2024, 4, 10, tzinfo=UTC), LAST_ID)
Ask = Callable[..., Awaitable[Plan]]
Key = tuple[str, datetime, UUID]
MONTH = re.compile(r'"Relation Name": "(messages_\d+_\d+)"')
MODES = ("force_custom_plan", "force_generic_plan")


@pytest.fixture(scope="module")
def months_url(server_url: str, template: str) -> Iterator[str]:
    name = f"plans_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    url = in_database(server_url, name)
    asyncio.run(make_months(url))
    load = Path(__file__).with_name("months.sql").read_text(encoding="utf-8")
    vacuum = "VACUUM (ANALYZE) messages, message_keys, conversations"
    asyncio.run(execute(url, load, *COPIES[:2], vacuum))
    yield url
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=MODES)
async def ask(request: pytest.FixtureRequest, months_url: str) -> AsyncIterator[Ask]:
    connection = await asyncpg.connect(months_url)
    # The months are small here, so that a join which reads them whole is believed to be cheap.
    await connection.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")

    async def ask(query: str, *values: Any) -> Plan:
        return await explain(connection, request.param, sql(query), *values)

    yield ask
    await connection.close()


@pytest.fixture
async def opens_all(request: pytest.FixtureRequest, months_url: str) -> bool:
    """Whether who writes opens every month: before PostgreSQL 18 a generic plan does."""
    connection = await asyncpg.connect(months_url)
    version = connection.get_server_version().major
    await connection.close()
    return version < 18 and request.node.callspec.params["ask"] == "force_generic_plan"


@pytest.fixture
async def key(months_url: str) -> Key:
    """A message of a summer."""
    connection = await asyncpg.connect(months_url)
    row = await connection.fetchrow(
        "SELECT context_id, created_at, id FROM messages WHERE context_id = $1 "
        "AND created_at = '2025-06-10Z'",
        ACTIVE,
    )
    await connection.close()
    assert row is not None
    return row["context_id"], row["created_at"], row["id"]


async def test_history_of_an_active_conversation_stops_in_its_newest_month(ask: Ask) -> None:
    for query, values in (
        ("get_conversation_history", (ACTIVE, *NEWEST, PAGE)),
        ("get_conversation_history_after_offset", (ACTIVE, *NEWEST, PAGE, 1)),
        ("get_media_messages", (ACTIVE, None, *NEWEST, PAGE)),
        ("get_messages_by_status", (ACTIVE, "incoming", "read", *NEWEST, PAGE)),
        ("get_user_messages", ("bot", *NEWEST, PAGE)),
        ("get_commands", ("help", *NEWEST, PAGE)),
    ):
        plan = await ask(query, *values)
        assert (plan.rows, plan.met) == (PAGE, {NEWEST_MONTH}), query
        assert set(plan.probed) <= {NEWEST_MONTH, *AHEAD}, query


async def test_history_of_a_silent_conversation_costs_a_probe_a_month(ask: Ask) -> None:
    plan = await ask("get_conversation_history", SILENT, *NEWEST, PAGE)
    assert plan.met == {"messages_2024_08"}
    assert set(plan.probed.values()) == {1}
    assert plan.pages < 3 * len(plan.probed)


async def test_a_page_further_back_begins_at_its_own_month(ask: Ask) -> None:
    """Take `created_at <= $2` out: the months since are probed."""
    plan = await ask("get_conversation_history", ACTIVE, *PAST, PAGE)
    assert set(plan.probed) == {"messages_2024_04"}
    plan = await ask("search_recent", ACTIVE, *PAST, PAGE, 200, "{}", "{}", "{}")
    assert set(plan.probed) == {"messages_2024_04"}


async def test_pages_of_all_conversations_cost_a_probe_a_month(ask: Ask) -> None:
    for query, values in (
        ("get_failed_messages_anywhere", (*NEWEST, PAGE)),
        ("search_recent_anywhere", (*NEWEST, PAGE, 1000, "{}", "{}", "{}")),
        ("iterate", (*OLDEST, NEWEST[0], 1000, False)),
    ):
        plan = await ask(query, *values)
        assert set(plan.probed.values()) == {1}, query
        assert plan.read <= 1000 + len(plan.probed), query


async def test_a_lookup_by_id_looks_into_one_month(ask: Ask, key: Key, *, opens_all: bool) -> None:
    """Take `BETWEEN` out of the last three: PostgreSQL plans for all months, for milliseconds."""
    context, at, identifier = key
    many, days = ([context], [at], [identifier]), days_of([at])
    for query, values in (
        ("get", (identifier, at, False)),
        ("get_by_key", (context, at, identifier, False)),
        ("lock_message", (context, at, identifier)),
        ("get_messages", (*many, *days)),
        ("rewrite_message", (context, at, identifier, "text", None, None, "{}")),
        ("update_statuses", (*many, ["failed"], ["e"], [None], [None], *days)),
        ("delete_due", (*many, *days)),
    ):
        plan = await ask(query, *values)
        assert plan.rows or query == "update_statuses"
        if query.startswith("get") or not opens_all:
            # What is neither planned for nor opened costs nothing.
            assert set(MONTH.findall(plan.text)) == {"messages_2025_06"}, query
        assert set(plan.probed) - {"conversations"} == {"messages_2025_06"}, query


async def test_what_a_message_answers_is_looked_for_in_its_month(ask: Ask) -> None:
    """Take the created_at out of the joins: all months are probed for each step."""
    plan = await ask("get_thread_ancestors", ACTIVE, "m.1.24699", 100)
    assert plan.rows == 1
    assert set(plan.probed) == {"message_keys", NEWEST_MONTH}
