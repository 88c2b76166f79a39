"""Whose turn it is, and whether there is anything to do. Needs no Alembic: most calls end here."""

from messagestore.database.migrator.call import Call
from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.patience import Patience
from messagestore.database.migrator.schema import missing_revisions
from messagestore.database.migrator.turn import Turn
from messagestore.database.migrator.watch import Watch

_WAITERS_REST = 1.0
"""Seconds between two looks of those whose turn it is not."""


async def run(call: Call) -> list[str]:
    """Apply what is missing, if anything, when it is our turn."""
    async with opened(call.url, call.connect_timeout) as connection:
        turn = Turn(connection)
        waiting = Patience(call.patience, longest_rest=_WAITERS_REST)
        while await missing_revisions(connection, call.folder):
            if await turn.take(waiting):
                # Read again: another process may have worked between the look and the turn.
                missing = await missing_revisions(connection, call.folder)
                await _apply(call, missing, turn)
                return missing
    return []


async def _apply(call: Call, missing: list[str], turn: Turn) -> None:
    if not missing:
        return
    from messagestore.database.migrator.work import Work  # noqa: PLC0415 (imports Alembic)

    async with opened(call.url, call.connect_timeout) as watching:
        await Work(call, turn, Watch(watching)).apply(missing)
