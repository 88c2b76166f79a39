"""Cases of search: the walk over the newest messages, and the three ways through an index."""

from collections.abc import Iterator

from messagestore.repository.newest_first import start_of_week
from messagestore.repository.page import Position
from messagestore.repository.search import lookup_of
from tests.integration.plans.case import (
    CONTEXTS,
    HALFWAY,
    LARGE,
    NEWEST,
    PAGE,
    SILENT,
    UNKNOWN,
    Case,
)

RARE = ("xyzzy", "zz", "送货", "🎉", "zq 送货", '"piso ri" -no zz')
"""Words that few messages hold, if any, of every reach."""

COMMON = (("hello", 400), ("ちは", 500), ('"hello hello"', 300))
"""Words that many messages of the large conversation hold, and how many rows that is at most."""

WINDOW = 1000
WEEK = start_of_week(HALFWAY[0])


def cases() -> Iterator[Case]:
    for at in (NEWEST, HALFWAY):
        for context in CONTEXTS:
            yield _recent(context, at, "messages_history")
        yield _recent(None, at, "messages_created_at")
        for query in RARE:
            for place in (None, LARGE, SILENT, UNKNOWN):
                yield from _by_index(place, at, query)
        for query, most in COMMON:
            yield from _by_index(LARGE, at, query, most)
    # What makes the widest steps of a search acceptable: they read what they are told, no more.
    yield _recent(None, NEWEST, "messages_created_at", window=20_000)
    yield _recent(LARGE, NEWEST, "messages_history", window=5000)


def _recent(context: str | None, at: Position, index: str, *, window: int = WINDOW) -> Case:
    lookup = lookup_of(context, "buenos ri")
    values = (*lookup.scope, *at, PAGE, window, *lookup.filters)
    return Case(lookup.recent, values, (index,), None, window, 2 * window)


def _by_index(
    context: str | None, at: Position, query: str, most: int | None = None
) -> Iterator[Case]:
    lookup = lookup_of(context, query)
    index = "messages_glyphs_by_week" if "glyph" in lookup.by_index else "messages_search_by_week"
    start = (*lookup.scope, *at, PAGE)
    for name, week in ((lookup.by_index, ()), (f"{lookup.by_index}_in_week", (WEEK,))):
        values = (*start, *week, *lookup.index_filters)
        yield Case(name, values, (index,), reads=most, sorts=most)
