"""Kinds (of updates, events, fields) that have no reader: known to carry no message, or unknown."""

from collections.abc import Container
from typing import Any

from messagestore.event import Ignored
from messagestore.providers.fields import plain_word


def kinds(written: str) -> frozenset[str]:
    """Return the kinds that a text names, with blanks between them."""
    return frozenset(written.split())


def unread(name: str, kind: Any, carry_no_message: Container[str]) -> Ignored:
    """Return what becomes of a kind without a reader; `name` says what it is a kind of.

    Only what the provider documents as carrying no message can be left alone. Another may carry
    one, and is unknown, so that the store can keep it for a later adapter. A payload that names
    no kind at all names nothing to learn.
    """
    what = f"{name} {_word(kind)}"
    if kind is None or (isinstance(kind, str) and kind in carry_no_message):
        return Ignored(reason=f"{what} carries no message")
    return Ignored(reason=f"{what} has no reader", unknown=True)


def _word(kind: Any) -> str:
    """Return the kind as a plain word, which has neither dots nor hyphens."""
    return plain_word(kind.replace(".", "_").replace("-", "_") if isinstance(kind, str) else kind)
