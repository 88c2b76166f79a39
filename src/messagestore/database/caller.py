"""Caller: who wrote something, so that they read it afterwards.

A caller is a task together with those that it has started since it wrote, or asked for its caller.
"""

from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class Caller:
    """What books note of a caller."""

    def __init__(self) -> None:
        self.noted: MutableMapping[Any, Any] = WeakKeyDictionary()


_current: ContextVar[Caller] = ContextVar("messagestore_caller")


def caller() -> Caller:
    """Return the caller of this task: tasks that are started from here on share it."""
    found = _current.get(None)
    if found is None:
        found = Caller()
        _current.set(found)
    return found


def new_caller() -> None:
    """Let this task be a caller of its own, whoever started it."""
    _current.set(Caller())


class Book(Generic[T]):
    """Notes one thing of each caller. A process may have several stores, each with its own."""

    def note(self, thing: T) -> None:
        """Note it of this task's caller, in place of the one before."""
        caller().noted[self] = thing

    def noted(self) -> T | None:
        """Return what was noted of this task's caller."""
        found = _current.get(None)
        return None if found is None else found.noted.get(self)
