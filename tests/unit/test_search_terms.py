"""What is looked up for a search; tests/integration/search says what is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messagestore.errors import InvalidQuery
from messagestore.repository.search_terms import MAX_LOOKUPS, Reach, parse_search


@pytest.mark.parametrize(
    ("query", "looked_up"),
    [
        ("order", ["%order%"]),
        ('"order number"', ["%number%", "%order%"]),
        ('"the end of it"', ["%the end of it%"]),
        ('"the encyclopedia"', ["%encyclopedia%", "%the%"]),
        ("one@example.com", ["%example%", "%one%", "%com%"]),
        ('"one two" three four fives', ["%one two%", "%three%", "%fives%"]),
        ('"送货 orders"', ["%orders%"]),
        ('"a_long_word"', ["%a\\_long\\_word%"]),
        ("送货", "送货"),
        ('"no, C++"', "no"),
    ],
)
def test_long_words_are_looked_up_for_their_phrase(query: str, looked_up: str | list[str]) -> None:
    assert parse_search(query).driver == looked_up


@given(st.text(st.sampled_from('abcde é送-"_% ')))
def test_whatever_is_looked_up_stands_in_what_is_wanted(query: str) -> None:
    """Fails when a pattern could miss a message that matches."""
    try:
        terms = parse_search(query)
    except InvalidQuery:
        return
    if terms.reach is Reach.TRIGRAM:
        assert 1 <= len(terms.driver) <= MAX_LOOKUPS
        for lookup in terms.driver:
            assert any(lookup[1:-1] in pattern for pattern in terms.patterns)
