"""Runs a statement as the product does and reads from its plan what it cost."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

_PARENTS = """
    SELECT part.relname AS part, parent.relname AS parent
    FROM pg_inherits
    JOIN pg_class AS part ON part.oid = inhrelid
    JOIN pg_class AS parent ON parent.oid = inhparent
"""


@dataclass
class Plan:
    """What a statement did; tables and indexes go by the names of their partitioned parents."""

    rows: int
    """Returned."""
    pages: int
    """Of 8 KiB, read by scans."""
    text: str
    indexes: set[str] = field(default_factory=set)
    scanned: set[str] = field(default_factory=set)
    """Tables that were read whole."""
    probed: dict[str, int] = field(default_factory=dict)
    """How often each table, or partition by its own name, was looked into."""
    met: set[str] = field(default_factory=set)
    """Of these, where rows were found."""
    read: int = 0
    """Rows that scans took from tables, those included that a filter then threw away."""
    sorted: int = 0
    """Rows that went into sorts."""


async def explain(connection: asyncpg.Connection, mode: str, sql: str, *values: Any) -> Plan:
    """Run a statement under a plan_cache_mode, undo what it wrote, and return its plan."""
    name = f"s{uuid4().hex}"
    parents = {row["part"]: row["parent"] for row in await connection.fetch(_PARENTS)}
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL plan_cache_mode = {mode}")
        await connection.execute(f"PREPARE {name} AS {sql}")
        arguments = f"({', '.join(map(_literal, values))})" if values else ""
        found = await connection.fetchval(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {name}{arguments}"
        )
        await connection.execute(f"DEALLOCATE {name}")
    finally:
        await transaction.rollback()
    return _read(json.loads(found)[0]["Plan"], parents)


def _read(root: dict[str, Any], parents: Mapping[str, str]) -> Plan:
    plan = Plan(rows=_rows(root), pages=0, text=json.dumps(root, indent=1))
    for node in _walk(root):
        kind = node["Node Type"]
        for index in (node.get("Index Name"), *node.get("Conflict Arbiter Indexes", ())):
            if index:
                plan.indexes.add(parents.get(index, index))
        if kind == "Seq Scan" and node["Actual Loops"]:
            plan.scanned.add(parents.get(node["Relation Name"], node["Relation Name"]))
        if "Sort" in kind:
            plan.sorted += sum(_rows(child) for child in node["Plans"])
        if kind.endswith("Scan") and not node.get("Relation Name", "pg_").startswith("pg_"):
            removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
            plan.read += _rows(node)
            plan.read += round(sum(node.get(key, 0) for key in removed) * node["Actual Loops"])
            plan.pages += node["Shared Hit Blocks"] + node["Shared Read Blocks"]
            _note_probes(plan, node)
    return plan


def _note_probes(plan: Plan, node: dict[str, Any]) -> None:
    name, loops = node["Relation Name"], round(node["Actual Loops"])
    if loops:
        plan.probed[name] = plan.probed.get(name, 0) + loops
    if _rows(node):
        plan.met.add(name)


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)


def _rows(node: Mapping[str, float]) -> int:
    return round(node["Actual Rows"] * node["Actual Loops"])


def _literal(value: Any) -> str:
    """Write a parameter as the text that its type reads: a quoted one, whatever the type."""
    return "NULL" if value is None else "'" + _text(value).replace("'", "''") + "'"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "{" + ",".join(map(_element, value)) + "}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return '"' + _text(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(values: Sequence[str]) -> str:
    """Write names in order, for messages."""
    return ", ".join(sorted(values))
