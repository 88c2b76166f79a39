"""Rows with a checksum: what is written, and whether what is read is what was written."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from messagestore.logger.spool.faults import DamageFound

Row = tuple[Any, ...]
"""Integers, bytes and NULL. What types they have, the checksum says."""

COLUMNS = {"entries": 5, "quarantine": 6, "damaged": 4, "gone": 3, "mark": 3}
"""How many columns each table has, with its checksum."""

DIGEST_BYTES = 16


def checksum(table: str, values: Sequence[object]) -> bytes | None:
    """Return blake2b over the table's name and the values, or None for what we never write."""
    digest = blake2b(digest_size=DIGEST_BYTES, person=table.encode())
    for value in values:
        # Every value says its type and length, so that no two rows give the same bytes.
        if isinstance(value, bytes):
            digest.update(b"b%d:" % len(value))
            digest.update(value)
        elif isinstance(value, int):
            digest.update(b"i%d;" % value)
        elif value is None:
            digest.update(b"n")
        else:
            return None
    return digest.digest()


def sealed(table: str, *values: int | bytes | None) -> Row:
    """Return the row with its checksum as the last column."""
    return (*values, checksum(table, values))


def is_sound(table: str, row: Sequence[object]) -> bool:
    """Say whether the row is what was written."""
    return len(row) == COLUMNS[table] and row[-1] == checksum(table, row[:-1])


def require_sound(table: str, row: Sequence[object]) -> None:
    """Raise DamageFound for a row that is not what was written."""
    if not is_sound(table, row):
        raise DamageFound(f"a row of {table} does not match its checksum")
