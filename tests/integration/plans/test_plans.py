"""A query that no index serves must not ship."""

import reprlib
from collections import defaultdict
from collections.abc import AsyncIterator
from importlib.resources import files
from itertools import chain
from typing import Any

import asyncpg
import pytest

from messagestore.repository import queries
from messagestore.repository.queries import sql
from tests.integration.plans import cases_keys, cases_pages, cases_search
from tests.integration.plans.case import PAGE, Case, Of
from tests.integration.plans.explain import Plan, explain

TABLES = {
    "messages", "message_keys", "conversations", "pending_statuses", "pending_rewrites", "changes",
}  # fmt: skip
SLACK = 2 * PAGE

BY_QUERY: dict[str, list[Case]] = defaultdict(list)
for case in chain(cases_pages.cases(), cases_keys.cases(), cases_search.cases()):
    BY_QUERY[case.query].append(case)


@pytest.fixture
async def connection(loaded_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(loaded_url)
    # A connection's first call of a function reads the catalogs, which would count as its pages.
    await connection.execute("SELECT messagestore_glyphs('字')")
    yield connection
    # What was written and rolled back waits in the pending lists, for every search to read.
    await connection.fetch(sql("flush_search_index"), 1)
    await connection.close()


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("query", sorted(BY_QUERY))
async def test_a_query_reads_little_more_than_it_returns_by_its_indexes(
    connection: asyncpg.Connection, query: str, mode: str
) -> None:
    faults = []
    for case in BY_QUERY[query]:
        values = await _values(connection, case)
        plan = await explain(connection, mode, sql(query), *values)
        faults += [
            f"{reprlib.repr(case.values)} {case.message or ''}: {fault}"
            for fault in _faults(case, plan)
        ]
    assert not faults, "\n".join(faults)


def test_every_query_has_a_case() -> None:
    names = [file.name for file in files(queries).iterdir()]
    assert {name[:-4] for name in names if name.endswith(".sql")} == set(BY_QUERY)


async def test_the_rows_are_many_and_skewed(connection: asyncpg.Connection) -> None:
    sizes = await connection.fetch(
        "SELECT count(*) AS size FROM messages GROUP BY context_id ORDER BY size DESC"
    )
    assert sum(row["size"] for row in sizes) > 200_000
    assert sizes[0]["size"] > 20_000
    assert sizes[-1]["size"] == 1
    differing = await connection.fetchval(
        """
        SELECT count(*) FROM messages WHERE created_at <> to_timestamp(
            ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
        """
    )
    assert differing == 0


def _faults(case: Case, plan: Plan) -> list[str]:
    ours = {index for index in plan.indexes if not index.startswith("pg_")}
    reads = plan.rows + SLACK if case.reads is None else case.reads
    sorts = plan.rows + SLACK if case.sorts is None else case.sorts
    pages = 6 * plan.read + 100 if case.pages is None else case.pages
    faults = {
        f"uses {sorted(ours)}, not {case.indexes}": not case.uses(ours),
        f"reads {sorted(plan.scanned)} whole": plan.scanned & TABLES != case.scans,
        f"reads {plan.read} rows for {plan.rows}": plan.read > reads,
        f"sorts {plan.sorted} rows for {plan.rows}": plan.sorted > sorts,
        # An index that is read through because only its later columns fit shows in pages alone.
        f"reads {plan.pages} pages for {plan.read} rows": plan.pages > pages,
    }
    return [fault for fault, present in faults.items() if present]


async def _values(connection: asyncpg.Connection, case: Case) -> list[Any]:
    """Put the key of the case's message where its values name parts of it."""
    key = await connection.fetchrow(
        """
        SELECT messages.context_id, messages.created_at, messages.id
        FROM message_keys JOIN messages USING (context_id, id) WHERE message_keys.message_id = $1
        """,
        case.message,
    )
    values: list[Any] = []
    for value in case.values:
        if isinstance(value, Of):
            assert key is not None
            values += [key[part] for part in value.value]
        else:
            values.append(value)
    return values
