"""Search: newest first, in one conversation or in all.

The newest messages are read and filtered first: a common word fills its page there, and a small
conversation is done. When a word was found, though too rarely, what was found says how far back the
page reaches, and that much is read if it is not too much. Only then are the indexes asked, which
find every match of a rare word at once, but have to read and sort all matches of a common one.
"""

from collections.abc import Sequence
from typing import Any

from messagestore.database.reader import Source
from messagestore.message import Message
from messagestore.repository.page import Page, cut_page, keyset
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_messages
from messagestore.repository.search_terms import Reach, SearchTerms, parse_search

RECENT_WINDOW = 1000
"""How many of the newest messages are read before an index is asked."""

WIDEST_WINDOW = 5_000
WIDEST_WINDOW_ANYWHERE = 20_000
"""How many are read at most, where they promise a page: 10 ms, and 30 ms. All messages by time lie
side by side in the table, those of one conversation do not; and it has fewer matches to sort."""

_BY_INDEX = {
    Reach.TRIGRAM: "search_by_trigram",
    Reach.GLYPH: "search_by_glyph",
    Reach.WORD: "search_by_word",
}


async def search(
    source: Source, context_id: str | None, query: str, *, limit: int, before: str | None
) -> Page:
    """Find messages. Raises InvalidQuery when nothing in the query can be looked up."""
    terms = parse_search(query)
    scope: Sequence[Any] = () if context_id is None else (context_id,)
    position = (*scope, *keyset(before), limit + 1)
    anywhere = not scope
    found, complete = await _search_recent(
        source, terms, position, RECENT_WINDOW, anywhere=anywhere
    )
    window = _promising_window(len(found), limit, anywhere=anywhere)
    if len(found) <= limit and not complete and window:
        found, complete = await _search_recent(source, terms, position, window, anywhere=anywhere)
    if len(found) <= limit and not complete:
        found = await _search_by_index(source, terms, position, anywhere=anywhere)
    return cut_page(found, limit)


def _promising_window(found: int, limit: int, *, anywhere: bool) -> int:
    """Return how many messages to read for a page, after `found` in the first window; 0: too many.

    Twice what it takes if the rest is like the first, for it seldom is.
    """
    widest = WIDEST_WINDOW_ANYWHERE if anywhere else WIDEST_WINDOW
    expected = RECENT_WINDOW * (limit + 1) // found if found else 0
    return min(2 * expected, widest) if expected <= widest else 0


async def _search_recent(
    source: Source,
    terms: SearchTerms,
    position: Sequence[Any],
    window: int,
    *,
    anywhere: bool,
) -> tuple[list[Message], bool]:
    """Return the matches among the newest messages, and whether those were all there are."""
    name = "search_recent_anywhere" if anywhere else "search_recent"
    rows = await source.fetch(sql(name), *position, window, *_filters(terms))
    complete = rows[0]["messages_read"] < window
    found = rows if rows[0]["id"] is not None else []
    return to_messages(found), complete


async def _search_by_index(
    source: Source, terms: SearchTerms, position: Sequence[Any], *, anywhere: bool
) -> list[Message]:
    name = _BY_INDEX[terms.reach] + ("_anywhere" if anywhere else "")
    return to_messages(await source.fetch(sql(name), *position, terms.driver, *_filters(terms)))


def _filters(terms: SearchTerms) -> tuple[list[str], list[str], list[str]]:
    return terms.patterns, terms.expressions, terms.excluded
