"""Settling what a partition held that was taken out: nobody reads or writes it any more."""

from uuid import UUID

import asyncpg

from messagestore.database.connection import Connection as PoolConnection
from messagestore.database.database import Database
from messagestore.database.migrator.connecting import Connection
from messagestore.identifiers import FIRST_ID
from messagestore.message import ContextType
from messagestore.partitions.scripts import fill
from messagestore.repository.expiry import Expired, settle
from messagestore.retention.rules import Horizons

BATCH = 1000
"""Messages that are settled in one transaction; most are of few conversations."""


class Emptying:
    """Goes over such partitions, each once; what was settled by an earlier run is passed over."""

    def __init__(self, database: Database, horizons: Horizons) -> None:
        self._database = database
        self._horizons = horizons
        self._places: dict[str, tuple[str, UUID]] = {}

    async def go_on(self, connection: Connection, name: str) -> tuple[int, int]:
        """Settle the next messages of a partition; return how many were looked at, and are gone.

        A message that is not due, because it came between the look and the lock, is put back.
        """
        place = self._places.get(name, ("", FIRST_ID))
        rows = await connection.fetch(fill("read_retired", expired=name), *place, BATCH)
        if not rows:
            return 0, 0
        kept = [row for row in rows if not self._is_due(row)]
        columns = [[row[name] for row in kept] for name in ("context_id", "id", "message_id")]
        expired = [_expired(row) for row in rows if self._is_due(row)]
        query = fill("put_back", expired=name)

        async def put_back(connection: PoolConnection) -> None:
            if kept:
                await connection.execute(query, *columns)

        gone = await settle(self._database, expired, put_back)
        self._places[name] = rows[-1]["context_id"], rows[-1]["id"]
        return len(rows), gone

    def _is_due(self, row: asyncpg.Record) -> bool:
        context_type = ContextType(row["context_type"])
        return self._horizons.is_due(row["context_id"], context_type, row["created_at"])


def _expired(row: asyncpg.Record) -> Expired:
    return Expired(**{field: row[field] for field in Expired.__struct_fields__})
