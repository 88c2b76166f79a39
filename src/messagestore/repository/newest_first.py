"""NewestFirst: pages of what indexes find, but not in the order of time.

The newest messages are read and filtered first: what many match fills its page there, and a small
conversation is done. What was found there says how far back a page reaches, and that much is read
if it is not too much. Only then an index is asked, GIN, which finds all that match, to be read and
sorted. It holds the weeks, too: so it is asked for one week after another, where that promises a
page, and else for all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec

from messagestore.database.reader import Source
from messagestore.identifiers import FIRST_ID
from messagestore.message import Message
from messagestore.repository.page import Page, Position, cut_page
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_messages

MESSAGES_A_WEEK = 5_000
"""How many messages a week holds where weeks are asked for; with fewer, they are few in all."""

MOST_WEEKS = 24
"""How many weeks are asked for at most, where they promise a page: 0.3 to 1.5 ms each."""

_WEEK = timedelta(weeks=1)


class Lookup(msgspec.Struct, frozen=True):
    """What is looked for, and by which statements.

    Each takes `scope`, the position, how many messages at most; then `recent` how many it reads and
    `<by_index>_in_week` a time of the week; then what is looked for.
    """

    recent: str
    by_index: str
    filters: tuple[Any, ...]
    index_filters: tuple[Any, ...]
    window: int
    """How many of the newest messages are read first."""
    widest_window: int
    """How many are read at most, where they promise a page."""
    scope: tuple[Any, ...] = ()


class Walk(NamedTuple):
    """What the newest messages hold, and the time over which they spread."""

    found: list[Message]
    messages_read: int
    newest: datetime | None
    oldest: datetime | None


class NewestFirst:
    """Looks for messages older than a position."""

    def __init__(self, source: Source, lookup: Lookup, position: Position, limit: int) -> None:
        self._source = source
        self._lookup = lookup
        self._position = position
        self._limit = limit
        self._most = limit + 1
        self._found: list[Message] = []

    async def page(self) -> Page:
        """Return the newest of them."""
        walk, complete = await self._walk_as_far_as_promising()
        if len(walk.found) == self._most or complete:
            return cut_page(walk.found, self._limit)
        await self._look_into_weeks(walk)
        if self._missing:
            await self._look(self._lookup.by_index)
        return cut_page(self._found, self._limit)

    @property
    def _missing(self) -> int:
        return self._most - len(self._found)

    async def _walk_as_far_as_promising(self) -> tuple[Walk, bool]:
        """Return what the newest messages hold, and whether there are no others."""
        window = self._lookup.window
        walk = await self._walk(window)
        wider = promising_window(self._lookup, len(walk.found), self._most)
        if wider and walk.messages_read == window:
            window = wider
            walk = await self._walk(window)
        return walk, walk.messages_read < window

    async def _walk(self, window: int) -> Walk:
        rows = await self._fetch(self._lookup.recent, window, *self._lookup.filters)
        first = rows[0]
        found = to_messages(rows) if first["id"] is not None else []
        return Walk(found, first["messages_read"], first["newest"], first["oldest"])

    async def _look_into_weeks(self, walk: Walk) -> None:
        """Look into one week after another, as long as they promise a page."""
        if walk.newest is None or not is_busy(walk):
            return
        week = start_of_week(walk.newest)
        while self._missing:
            await self._look(f"{self._lookup.by_index}_in_week", week)
            self._position = week, FIRST_ID
            weeks = (walk.newest - week) / _WEEK
            if (len(self._found) + 1) / self._most < weeks / MOST_WEEKS:
                return
            week -= _WEEK

    async def _look(self, name: str, *week: datetime) -> None:
        self._found += to_messages(await self._fetch(name, *week, *self._lookup.index_filters))

    async def _fetch(self, name: str, *rest: Any) -> Sequence[Any]:
        scope = self._lookup.scope
        return await self._source.fetch(sql(name), *scope, *self._position, self._missing, *rest)


def promising_window(lookup: Lookup, found: int, most: int) -> int:
    """Return how many messages to read for a page, after `found` in the first window.

    Twice what it takes if the rest is like the first, for it seldom is; 0: too many, or none more.
    """
    if not 0 < found < most:
        return 0
    expected = lookup.window * most // found
    return min(2 * expected, lookup.widest_window) if expected <= lookup.widest_window else 0


def is_busy(walk: Walk) -> bool:
    """Whether so many messages were read in so short a time that a week holds many."""
    if walk.newest is None or walk.oldest is None:
        return False
    return walk.messages_read >= MESSAGES_A_WEEK * ((walk.newest - walk.oldest) / _WEEK)


def start_of_week(moment: datetime) -> datetime:
    """Return when the week of a moment began, as messagestore_week (0007_weeks.sql) counts them."""
    moment = moment.astimezone(UTC)
    monday = moment.date() - timedelta(days=moment.weekday())
    return datetime.combine(monday, time(), UTC)
