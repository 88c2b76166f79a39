"""Whose turn it is, and whether there is anything to do. Needs no Alembic: most calls end here."""

from pathlib import Path

from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.patience import Patience
from messagestore.database.migrator.schema import missing_revisions
from messagestore.database.migrator.turn import Turn
from messagestore.database.migrator.watch import Watch

_WAITERS_REST = 1.0
"""Seconds between two looks of those whose turn it is not."""


async def run(url: str, folder: Path, patience: float, connect_timeout: float) -> list[str]:
    """Apply what is missing, if anything, when it is our turn."""
    async with opened(url, connect_timeout) as connection:
        turn = Turn(connection)
        waiting = Patience(patience, longest_rest=_WAITERS_REST)
        while await missing_revisions(connection, folder):
            if await turn.take(waiting):
                # Read again: another process may have worked between the look and the turn.
                missing = await missing_revisions(connection, folder)
                async with opened(url, connect_timeout) as watching:
                    from messagestore.database.migrator.work import (  # noqa: PLC0415 (Alembic)
                        Work,
                    )

                    work = Work(url, folder, patience, connect_timeout, turn, Watch(watching))
                    await work.apply(missing)
                return missing
    return []
