"""Cases of search: the walk over the newest messages, and the three ways through an index."""

from collections.abc import Iterator, Sequence
from typing import Any

from messagestore.repository.newest_first import start_of_week
from messagestore.repository.search_terms import Reach, SearchTerms, parse_search
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

INDEXES = {
    Reach.TRIGRAM: ("search_by_trigram", "messages_search_by_week"),
    Reach.GLYPH: ("search_by_glyph", "messages_glyphs_by_week"),
    Reach.WORD: ("search_by_word", "messages_search_by_week"),
}


def cases() -> Iterator[Case]:
    for at in (NEWEST, HALFWAY):
        for context in CONTEXTS:
            yield _recent("", (context, *at), "messages_history")
        yield _recent("_anywhere", at, "messages_created_at")
        for query in RARE:
            yield from _by_index("_anywhere", at, query)
            for context in (LARGE, SILENT, UNKNOWN):
                yield from _by_index("", (context, *at), query)
        for query, most in COMMON:
            yield from _by_index("", (LARGE, *at), query, most)
    # What makes the widest steps of a search acceptable: they read what they are told, no more.
    yield _recent("_anywhere", NEWEST, "messages_created_at", window=20_000)
    yield _recent("", (LARGE, *NEWEST), "messages_history", window=5000)


def _recent(suffix: str, position: Sequence[Any], index: str, *, window: int = WINDOW) -> Case:
    values = (*position, PAGE, window, *_filters(parse_search("buenos ri")))
    return Case(f"search_recent{suffix}", values, (index,), None, window, 2 * window)


def _by_index(
    suffix: str, position: Sequence[Any], query: str, most: int | None = None
) -> Iterator[Case]:
    terms = parse_search(query)
    name, index = INDEXES[terms.reach]
    looked_up = (terms.driver, *_filters(terms))
    yield Case(f"{name}{suffix}", (*position, PAGE, *looked_up), (index,), reads=most, sorts=most)
    week = (*position, PAGE, start_of_week(HALFWAY[0]), *looked_up)
    yield Case(f"{name}{suffix}_in_week", week, (index,), reads=most, sorts=most)


def _filters(terms: SearchTerms) -> tuple[list[str], list[str], list[str]]:
    return terms.patterns, terms.expressions, terms.excluded
