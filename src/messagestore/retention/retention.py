"""Retention: one run removes what is due, in turns with whoever else changes tables."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from uuid import UUID

import msgspec

from messagestore.database.database import Database
from messagestore.database.migrator.connecting import Connection, opened
from messagestore.identifiers import FIRST_ID
from messagestore.message import ContextType
from messagestore.partitions.layout import read_layout
from messagestore.partitions.prepared import visible_everywhere
from messagestore.partitions.retiring import drop_retired, read_retired, retire
from messagestore.partitions.working import PATIENCE, Report, in_turns, say_nothing
from messagestore.repository.expiry import Due, expire, find_due_of_context, find_due_of_type
from messagestore.repository.upkeep import repeat
from messagestore.retention.emptying import Emptying
from messagestore.retention.plan import Plan, may_retire, read_plan
from messagestore.retention.rules import Horizons, Rules

Advance = Callable[[int], None]
"""Is told how many messages more are gone."""

PATIENCE_OF_UPKEEP = 30.0
"""Seconds that upkeep waits for its turn: who has it may be doing the same."""

_log = logging.getLogger("messagestore")


class Retained(msgspec.Struct, frozen=True):
    """What a run did: the partitions that it dropped, and how many messages are gone in all."""

    dropped: list[str]
    removed: int


class Retention:
    """Removes messages whose time is over. `rules` says when that is, `clock` what time it is."""

    def __init__(
        self, database: Database, url: str, rules: Rules, clock: Callable[[], datetime]
    ) -> None:
        self.rules = rules
        self._database = database
        self._url = url
        self._clock = clock

    def horizons(self) -> Horizons:
        """Return from before when messages go, now."""
        return self.rules.at(self._clock())

    async def plan(self) -> Plan:
        """Return what `run` would do now. Reads every message that is due."""
        async with opened(self._url, PATIENCE, None) as connection:
            return await read_plan(connection, self.horizons())

    async def run(
        self,
        *,
        report: Report = say_nothing,
        advance: Advance = lambda _count: None,
        patience: float = PATIENCE,
    ) -> Retained:
        """Remove what is due; safe from any number of processes, and to be repeated when cut off.

        Whole partitions are dropped where every message of theirs is due, and messages removed in
        batches elsewhere. Raises DatabaseUnavailable when the turn or the locks could not be had.
        """
        run = _Run(self._database, self.horizons(), report, advance, patience)
        await in_turns(self._url, run.step, patience=patience)
        return Retained(run.dropped, run.removed)


class _Run:
    """One run, of which each step looks again at what is left."""

    def __init__(
        self,
        database: Database,
        horizons: Horizons,
        report: Report,
        advance: Advance,
        patience: float,
    ) -> None:
        self._database = database
        self._horizons = horizons
        self._report = report
        self._advance = advance
        self._patience = patience
        self._emptying = Emptying(database, horizons)
        self._places: dict[ContextType, UUID] = dict.fromkeys(ContextType, FIRST_ID)
        self._contexts = [name for name, at in horizons.by_context.items() if at]
        self.dropped: list[str] = []
        self.removed = 0

    async def step(self, connection: Connection, until: float) -> bool:
        """Do the next thing; False when there is none."""
        return (
            await self._drop_next(connection, until)
            or await self._retire_next(connection)
            or await self._remove_by_type(connection)
            or await self._remove_by_context(connection)
        )

    async def _drop_next(self, connection: Connection, until: float) -> bool:
        """Settle what was taken out of the messages, until then, and drop what is settled."""
        for name in (await read_retired(connection))[:1]:
            await visible_everywhere(connection, self._patience)
            while monotonic() < until:
                seen, gone = await self._emptying.go_on(connection, name)
                self._count(gone)
                if not seen:
                    self._report(f"{name}: dropping")
                    await drop_retired(connection, name, self._patience)
                    self.dropped.append(name.replace("_expired", "", 1))
                    break
            return True
        return False

    async def _retire_next(self, connection: Connection) -> bool:
        layout = await read_layout(connection)
        if layout.nested:
            return False
        for partition in layout.partitions:
            if await may_retire(connection, layout, partition, self._horizons):
                self._report(f"{partition.name}: taking it out")
                await retire(connection, layout, partition, self._patience)
                return True
        return False

    async def _remove_by_type(self, connection: Connection) -> bool:
        for context_type, before in self._horizons.by_type.items():
            if before is None:
                continue
            but, place = [*self._horizons.by_context], self._places[context_type]
            due = await find_due_of_type(self._database, context_type, before, but, place)
            if due:
                self._report(f"removing {len(due)} messages of type {context_type}")
                await self._expire(connection, due)
                self._places[context_type] = max(one.id for one in due)
                return True
        return False

    async def _remove_by_context(self, connection: Connection) -> bool:
        while self._contexts:
            context_id = self._contexts[-1]
            before = self._horizons.by_context[context_id]
            assert before is not None  # noqa: S101 (only those that have one are here)
            due = await find_due_of_context(self._database, context_id, before)
            if due:
                self._report(f"removing {len(due)} messages of a conversation")
                await self._expire(connection, due)
                return True
            self._contexts.pop()
        return False

    async def _expire(self, connection: Connection, due: list[Due]) -> None:
        await visible_everywhere(connection, self._patience)
        self._count(await expire(self._database, due))

    def _count(self, gone: int) -> None:
        self.removed += gone
        self._advance(gone)


async def keep_retaining(retention: Retention, seconds: float) -> None:
    """Run every so many seconds until cancelled; a failure is reported once, and tried again."""

    async def run() -> None:
        done = await retention.run(patience=PATIENCE_OF_UPKEEP)
        if done.removed:
            _log.info("retention removed %d messages, %s", done.removed, done.dropped)

    await repeat(run, seconds, "retention")
