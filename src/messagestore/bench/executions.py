"""What the server works for a statement, by the plan that it takes for a prepared one.

EXPLAIN of the statement itself would plan it for its values each time. EXPLAIN EXECUTE goes by the
same cache of plans as every prepared statement: it settles after five executions.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

import asyncpg

_numbers = count()


class Execution:
    """A prepared statement with its values, to be executed under EXPLAIN."""

    def __init__(self, driver: asyncpg.Connection, statement: str) -> None:
        self._driver = driver
        self._statement = statement

    @classmethod
    async def of(cls, driver: asyncpg.Connection, sql: str, values: Sequence[Any]) -> "Execution":
        """Prepare a statement."""
        name = f"execution_{next(_numbers)}"
        await driver.execute(f"PREPARE {name} AS {sql}")
        arguments = f"({', '.join(map(literal, values))})" if values else ""
        return cls(driver, f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {name}{arguments}")

    async def seconds(self) -> float:
        """Execute it; return how long that took, without planning, parsing and sending."""
        found = json.loads(await self._driver.fetchval(self._statement))
        return float(found[0]["Execution Time"]) / 1000


def literal(value: object) -> str:
    """Write a value as SQL; its type is that of the parameter."""
    if value is None:
        return "NULL"
    return "'{}'".format(_text(value).replace("'", "''"))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "{{{}}}".format(",".join(_quoted(_text(item)) for item in value))
    return str(value)


def _quoted(item: str) -> str:
    return '"{}"'.format(item.replace("\\", "\\\\").replace('"', '\\"'))
