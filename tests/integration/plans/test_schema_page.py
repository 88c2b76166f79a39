"""docs/reference/schema.md says what the database has, and which index serves which query."""

import re
from pathlib import Path

import asyncpg

from tests.integration.plans.test_plans import BY_QUERY

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "schema.md"

COLUMNS = """
    SELECT attrelid::regclass::text AS relation, attname AS name, attnotnull AS required,
        replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz')
            AS type
    FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped AND attrelid::regclass::text = ANY ($1)
"""

INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid::regclass::text = ANY ($1)
"""

TABLES = [
    "messages",
    "message_keys",
    "conversations",
    "pending_statuses",
    "api_tokens",
    "changes",
    "pending_rewrites",
]


def rows_below(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading of the page, without its head."""
    section = (
        PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    )
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


async def test_every_column_is_there_with_its_type(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    columns = await connection.fetch(COLUMNS, TABLES)
    await connection.close()
    for table in TABLES:
        assert {(name, type_, null) for name, type_, null, _ in rows_below(f"`{table}`")} == {
            (f"`{column['name']}`", column["type"], "no" if column["required"] else "yes")
            for column in columns
            if column["relation"] == table
        }


async def test_every_index_is_there_with_its_columns(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    indexes = {row["name"]: row["definition"] for row in await connection.fetch(INDEXES, TABLES)}
    await connection.close()
    documented = {row[0].strip("`"): row[2] for row in rows_below("Indexes")}
    assert set(documented) == set(indexes)
    for name, columns in documented.items():
        for column in re.findall("`([^`]*)`", columns)[0].split(", "):
            assert column in indexes[name]


def test_every_index_serves_the_queries_that_it_says() -> None:
    for name, _, _, _, queries in rows_below("Indexes"):
        index = name.strip("`")
        users = {
            query
            for query, cases in BY_QUERY.items()
            if any(index in case.allowed() for case in cases)
        }
        assert users
        assert queries == ", ".join(f"`{query}`" for query in sorted(users)), index
