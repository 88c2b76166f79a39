"""Whose turn it is, and whether there is anything to do. Needs no Alembic: most calls end here."""

from dataclasses import dataclass
from pathlib import Path

from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.patience import Patience
from messagestore.database.migrator.schema import missing_revisions
from messagestore.database.migrator.turn import Turn
from messagestore.database.migrator.watch import Watch

_WAITERS_REST = 1.0
"""Seconds between two looks of those whose turn it is not."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `migrate`, with what it was given."""

    url: str
    folder: Path
    patience: float
    connect_timeout: float

    async def run(self) -> list[str]:
        """Apply what is missing, if anything, when it is our turn."""
        async with opened(self.url, self.connect_timeout) as connection:
            turn = Turn(connection)
            waiting = Patience(self.patience, longest_rest=_WAITERS_REST)
            while await missing_revisions(connection, self.folder):
                if await turn.take(waiting):
                    # Read again: another process may have worked between the look and the turn.
                    missing = await missing_revisions(connection, self.folder)
                    await self._apply(missing, turn)
                    return missing
        return []

    async def _apply(self, missing: list[str], turn: Turn) -> None:
        if not missing:
            return
        from messagestore.database.migrator.work import Work  # noqa: PLC0415 (imports Alembic)

        async with opened(self.url, self.connect_timeout) as watching:
            await Work(self, turn, Watch(watching)).apply(missing)
