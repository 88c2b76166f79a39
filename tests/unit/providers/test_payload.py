import pytest

from messagestore.errors import InvalidPayload
from messagestore.providers.payload import MAX_NESTING, decode, decode_object


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b'{"entry": [', "is not JSON, or cut off"),
        (b"entry=1&changes=2", "is not JSON, or cut off"),
        (b"\xff\xfe\xfd", "is not JSON, or cut off"),
        (b"[]", "must be a JSON object, not an array"),
        (b"null", "must be a JSON object, not null"),
        (b"true", "must be a JSON object, not a boolean"),
        (b"12", "must be a JSON object, not a number"),
        (b'"text"', "must be a JSON object, not a string"),
        (b"[" * 100_000, "nested deeper than 200 levels"),
        (b"[" * 300 + b"]" * 300, "nested deeper than 200 levels"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(InvalidPayload, match=sentence):
        decode_object(body)


def test_a_refusal_does_not_repeat_the_body() -> None:
    with pytest.raises(InvalidPayload) as caught:
        decode(b'{"body": "my secret illness"')
    assert "illness" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_only_postgresql_cannot_hold_passes() -> None:
    body = b'{"a": NaN, "b": 1e999, "c": "\\ud800\\u0000", "d": ' + b"9" * 5000 + b"}"
    value = decode_object(body)
    assert value["a"] != value["a"]
    assert value["b"] == float("inf")
    assert value["c"] == "\ud800\0"
    assert value["d"] == "9" * 5000


def test_nesting_up_to_the_limit_passes() -> None:
    levels = MAX_NESTING
    assert decode(b"[" * levels + b"]" * levels)
    assert decode(b"[" + b"[]," * 1000 + b"[]]"), "many brackets are not deep"
    assert decode(b'"' + b"{" * 1000 + b'"') == "{" * 1000
