"""Expiry: things that fall due a time after they were put in, all watched by one timer."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Expiry(Generic[T]):
    """Holds things, each for so many seconds at most; one that is due is handed over and gone.

    Most are taken out long before that, and a timer for each costs as much as a tenth of the
    fastest read, or as handing a message to the writer. What is put in later falls due later, so
    one timer looks at the oldest, and comes again when that is due.
    """

    def __init__(self, seconds: float, act: Callable[[T], object]) -> None:
        self._seconds = seconds
        self._act = act
        self._since: dict[T, float] = {}  # the oldest first
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Count what is in."""
        return len(self._since)

    def put(self, thing: T) -> None:
        """Put in a thing that is not in. Runs on an event loop, whose clock counts."""
        loop = asyncio.get_running_loop()
        self._since[thing] = loop.time()
        # On another loop than before the old timer never comes, or came with that loop's end.
        if self._timer is None or self._loop is not loop:
            self._loop = loop
            self._timer = loop.call_later(self._seconds, self._look)

    def take(self, thing: T) -> None:
        """Take out a thing, if it is still in."""
        self._since.pop(thing, None)

    def take_newest(self) -> T | None:
        """Take out what was put in last, if anything is in."""
        return self._since.popitem()[0] if self._since else None

    def close(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        assert self._loop is not None  # noqa: S101 (for the type checker)
        now = self._loop.time()
        while self._since:
            thing, since = next(iter(self._since.items()))
            if since + self._seconds > now:
                self._timer = self._loop.call_at(since + self._seconds, self._look)
                return
            del self._since[thing]
            self._act(thing)
