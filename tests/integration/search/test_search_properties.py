"""However a search is put, every way of searching finds what a naive reader does."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import MessageStore
from messagestore.errors import InvalidQuery
from tests.integration.search.asking import find_all
from tests.integration.search.corpus import TEXTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

PLAIN = [
    text
    for text in TEXTS
    if not any(unicodedata.category(c) in {"Mn", "Mc", "No", "Cf"} for c in text)
]
"""Texts of which Python and every server agree what a word is."""


@st.composite
def terms(draw: st.DrawFn, texts: list[str]) -> tuple[bool, str]:
    """Draw a piece of a text, one character to some words, and whether it is wanted."""
    text = draw(st.sampled_from(texts))[:60]
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : start + draw(st.integers(1, 12))].replace('"', "").strip()
    return draw(st.sampled_from([True, True, True, False])), draw(
        st.sampled_from([piece, piece.upper(), piece.lower()])
    )


def searches(texts: list[str]) -> st.SearchStrategy[list[tuple[bool, str]]]:
    return st.lists(terms(texts).filter(lambda term: term[1]), min_size=1, max_size=4)


def written(search: list[tuple[bool, str]]) -> str:
    return " ".join(f'{"" if wanted else "-"}"{term}"' for wanted, term in search)


@EXAMPLES
@given(searches(list(TEXTS)))
async def test_every_step_finds_the_same(
    corpus: MessageStore, search: list[tuple[bool, str]]
) -> None:
    query = written(search)
    try:
        near = await find_all(corpus, "near", query)
    except InvalidQuery:
        with pytest.raises(InvalidQuery):
            await find_all(corpus, "far", query)
        return
    assert await find_all(corpus, "far", query) == near
    assert await find_all(corpus, "spread", query, limit=2) == near * 4
    assert await find_all(corpus, None, query) == near * 6


@EXAMPLES
@given(searches(PLAIN))
async def test_a_naive_reader_finds_the_same(
    corpus: MessageStore, search: list[tuple[bool, str]]
) -> None:
    if not any(wanted and _has_meaning(term) for wanted, term in search):
        with pytest.raises(InvalidQuery):
            await find_all(corpus, "far", written(search))
        return
    expected = [
        text
        for text in reversed(PLAIN)
        if all(_occurs(term, text) is wanted for wanted, term in search)
    ]
    found = await find_all(corpus, "far", written(search))
    assert [text for text in found if text in PLAIN] == expected


def _occurs(term: str, text: str) -> bool:
    term, text = _lower(term), _lower(text)
    short = not re.search(r"[^\W_]{3}", term) and not any(map(_is_glyph, term))
    if not short or not _has_meaning(term):
        return term in text
    start = r"(?<!\w)" if term[0].isalnum() else ""
    end = r"(?!\w)" if term[-1].isalnum() else ""
    return re.search(start + re.escape(term) + end, text) is not None


def _lower(text: str) -> str:
    # Letter by letter: Python alone writes the last sigma of a word in another form.
    return "".join(character.lower() for character in text)


def _has_meaning(term: str) -> bool:
    return any(character.isalnum() or _is_glyph(character) for character in term)


def _is_glyph(character: str) -> bool:
    return character >= "\u2190" and unicodedata.category(character)[0] in "LS"
