import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messagestore.sanitizer import MAX_DEPTH, REPLACEMENT, Sanitizer, is_holdable

texts = st.text(st.characters(codec=None, exclude_categories=()))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
ODD = (1,)
"""An array that Python writes otherwise: it stays one, and is no reason to change anything else."""


@given(texts)
def test_a_text_is_holdable_unless_it_has_nul_or_half_a_pair(text: str) -> None:
    bad = [character for character in text if character == "\0" or "\ud800" <= character < "\ue000"]
    assert is_holdable(text) == (not bad)
    sanitizer = Sanitizer()
    clean = sanitizer.text(text, field="content")
    assert is_holdable(clean)
    assert len(clean) == len(text)
    assert clean.count(REPLACEMENT) == text.count(REPLACEMENT) + len(bad)
    assert sanitizer.changes == ({"content": len(bad)} if bad else {})


@given(values)
def test_a_value_comes_out_the_same_whatever_stands_beside_it(value: Any) -> None:
    """What is plain is copied without the closer look, which `odd` has the whole object take."""
    quick, close = Sanitizer(), Sanitizer()
    alone = quick.json_object({"value": value}, field="metadata")
    beside = close.json_object({"value": value, "odd": ODD}, field="metadata")
    assert beside == alone | {"odd": [1]}
    assert repr(beside["value"]) == repr(alone["value"]), "1 and True are equal"
    assert quick.changes == close.changes


def test_the_copy_shares_nothing_that_changes() -> None:
    inner: dict[str, Any] = {"list": [1, {"deep": 2}]}
    copy = Sanitizer().json_object(inner, field="metadata")
    inner["list"][1]["deep"] = 3
    inner["list"].append(4)
    assert copy == {"list": [1, {"deep": 2}]}


@pytest.mark.parametrize("levels", [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1])
def test_what_is_nested_deeper_than_the_limit_is_text(levels: int) -> None:
    value: Any = "end"
    for _ in range(levels):
        value = [value]
    sanitizer = Sanitizer()
    found = sanitizer.json_object({"value": value}, field="metadata")["value"]
    depth = 1
    while isinstance(found, list):
        (found,) = found
        depth += 1
    assert depth == min(levels + 1, MAX_DEPTH)
    assert bool(sanitizer.changes) == (levels >= MAX_DEPTH)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (10**1000, hex(10**1000)),
        (10**1000 - 1, 10**1000 - 1),
        (2**63, 2**63),
        ({"a\0": 1, "a\ud800": 2}, {"a\ufffd": 1, "a\ufffd#2": 2}),
    ],
)
def test_what_jsonb_cannot_hold_is_written_otherwise(value: Any, stored: Any) -> None:
    found = Sanitizer().json_object({"value": value}, field="metadata")
    assert found == {"value": stored}
