"""Deadlines of one length, many at once, with one timer for all of them.

`asyncio.timeout` makes and cancels a timer each time, which costs as much as handing a message to
the writer. Here what begins later ends later, so that the oldest one's timer serves them all.
"""

import asyncio
from types import TracebackType
from typing import Self


class Deadlines:
    """Gives what is done `within()` them so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[Deadline, None] = {}  # in the order in which they end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def within(self) -> "Deadline":
        """Return a deadline; the seconds count from when its `with` is entered."""
        return Deadline(self)

    def add(self, deadline: "Deadline") -> None:
        """Begin a deadline; one timer waits for the oldest."""
        loop = asyncio.get_running_loop()
        deadline.at = loop.time() + self.seconds
        self._running[deadline] = None
        if self._timer is None or self._loop is not loop:
            self._loop = loop
            self._timer = loop.call_at(deadline.at, self._expire)

    def remove(self, deadline: "Deadline") -> None:
        """End a deadline."""
        self._running.pop(deadline, None)

    def _expire(self) -> None:
        """Cut off those that are over, and wait for the next one."""
        self._timer = None
        assert self._loop is not None  # noqa: S101 (for the type checker)
        now = self._loop.time()
        for deadline in tuple(self._running):
            if deadline.at > now:
                self._timer = self._loop.call_at(deadline.at, self._expire)
                return
            del self._running[deadline]
            deadline.expire()


class Deadline:
    """Raises TimeoutError from its `with` when that took too long, as `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_task", "at")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._expired = False
        self.at = 0.0

    def __enter__(self) -> Self:
        """Begin. Raises RuntimeError outside a task."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._task = task
        self._cancelling = task.cancelling()
        self._deadlines.add(self)
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
        self._deadlines.remove(self)
        if not self._expired:
            return
        ours = self._task.uncancel() <= self._cancelling
        if ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error
