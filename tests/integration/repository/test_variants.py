"""The variants of statements for Citus ask and answer what the statements do that they replace."""

import re
from importlib.resources import files

import asyncpg
import pytest

from messagestore.database.variants import IS_DISTRIBUTED
from messagestore.distribution.cluster import sql as distribution_sql
from messagestore.repository.queries import distributed, sql

VARIANTS = {
    path.name.removesuffix(".sql"): path.read_text("utf-8")
    for path in files(distributed).iterdir()
    if path.name.endswith(".sql")
}
FOR_CITUS_ALONE = {"flush_search_index"}
"""It asks for functions of Citus; its conformance run is its test."""

_PLACES = re.compile(r"^\w+ AS \(\n    [A-Z ]+ message_places\b.*?^\),\n", re.MULTILINE | re.DOTALL)
_HEAD = re.compile(r"\A-- On Citus.*?\n--\n", re.DOTALL)


@pytest.mark.parametrize("name", ["hard_delete", "insert_messages", "settle_expired"])
def test_without_the_places_they_are_the_same_text(name: str) -> None:
    variant, found = _PLACES.subn("", VARIANTS[name])
    assert found == 1
    assert _HEAD.sub("", variant) == sql(name)


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - FOR_CITUS_ALONE))
async def test_they_take_and_return_the_same(database_url: str, name: str) -> None:
    """Also that they are statements at all: nothing else reads them where there is no cluster."""
    connection = await asyncpg.connect(database_url)
    work = connection.transaction()
    await work.start()
    if not await connection.fetchval(IS_DISTRIBUTED):
        await connection.execute(distribution_sql("create_places"))
        await connection.execute(distribution_sql("functions"))
    usual, variant = [await connection.prepare(text) for text in (sql(name), VARIANTS[name])]
    assert variant.get_parameters() == usual.get_parameters()
    shapes = [
        [(column.name, column.type) for column in statement.get_attributes()]
        for statement in (usual, variant)
    ]
    await work.rollback()
    await connection.close()
    # Of a thread the store needs no distance, by which one of them puts it into order.
    assert shapes[0][: len(shapes[1])] == shapes[1]
