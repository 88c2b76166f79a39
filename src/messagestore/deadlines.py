"""Deadlines of one length, many at once, with one timer for all of them.

`asyncio.timeout` makes and cancels a timer each time, which costs as much as handing a message to
the writer.
"""

import asyncio
from types import TracebackType
from typing import Self

from messagestore.expiry import Expiry


class Deadlines:
    """Gives what is done `within()` them so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running = Expiry(seconds, Deadline.expire)

    def within(self) -> "Deadline":
        """Return a deadline; the seconds count from when its `with` is entered."""
        return Deadline(self._running)


class Deadline:
    """Raises TimeoutError from its `with` when that took too long, as `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_expired", "_running", "_task")

    def __init__(self, running: "Expiry[Deadline]") -> None:
        self._running = running
        self._expired = False

    def __enter__(self) -> Self:
        """Begin. Raises RuntimeError outside a task."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._running.put(self)
        return self

    def expire(self) -> None:
        """Cut the task off, at what it waits for."""
        self._expired = True
        self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; the cancellation that we asked for becomes a TimeoutError, another one goes on."""
        del traceback
        self._running.take(self)
        if not self._expired:
            return
        ours = self._task.uncancel() <= self._cancelling
        if ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error
