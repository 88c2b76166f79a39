"""Search: newest first, in one conversation or in all."""

from messagestore.database.reader import Source
from messagestore.repository.newest_first import Lookup, NewestFirst
from messagestore.repository.page import Page, keyset
from messagestore.repository.search_terms import Reach, parse_search

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
    lookup = lookup_of(context_id, query)
    return await NewestFirst(source, lookup, keyset(before), limit).page()


def lookup_of(context_id: str | None, query: str) -> Lookup:
    """Say what a search looks up. Raises InvalidQuery when nothing in it can be."""
    terms = parse_search(query)
    place = "_anywhere" if context_id is None else ""
    filters = terms.patterns, terms.expressions, terms.excluded
    return Lookup(
        recent=f"search_recent{place}",
        by_index=f"{_BY_INDEX[terms.reach]}{place}",
        scope=() if context_id is None else (context_id,),
        filters=filters,
        index_filters=(terms.driver, *filters),
        window=RECENT_WINDOW,
        widest_window=WIDEST_WINDOW_ANYWHERE if context_id is None else WIDEST_WINDOW,
    )
