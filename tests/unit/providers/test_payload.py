import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messagestore.errors import InvalidPayload
from messagestore.providers.payload import (
    MAX_FORM_FIELDS,
    MAX_NESTING,
    decode,
    decode_form,
    decode_object,
)


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
    assert caught.value.__context__ is None


def test_what_only_postgresql_cannot_hold_passes() -> None:
    body = b'{"a": NaN, "b": 1e999, "c": "\\ud800\\u0000", "d": ' + b"9" * 5000 + b"}"
    value = decode_object(body)
    assert value["a"] != value["a"]
    assert value["b"] == float("inf")
    assert value["c"] == "\ud800\0"
    assert value["d"] == "9" * 5000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(json_values, st.booleans(), st.sampled_from(["", "\ufeff", " \n", "x", "\\"]), st.data())
def test_a_body_is_read_as_python_reads_it(
    value: Any, escaped: bool, before: str, data: st.DataObject
) -> None:
    body = bytearray((before + json.dumps(value, ensure_ascii=escaped)).encode())
    for _ in range(data.draw(st.integers(0, 2))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        expected = json.loads(bytes(body))
    except ValueError:
        with pytest.raises(InvalidPayload):
            decode(bytes(body))
    else:
        assert repr(decode(bytes(body))) == repr(expected)


@pytest.mark.parametrize("digits", ["9" * 4300, "-" + "9" * 4299])
def test_integers_up_to_what_python_reads_are_numbers(digits: str) -> None:
    assert decode(digits.encode()) == int(digits)
    assert decode(digits.encode() + b"9") == digits + "9"


def test_nesting_up_to_the_limit_passes() -> None:
    levels = MAX_NESTING
    assert decode(b"[" * levels + b"]" * levels)
    assert decode(b"[" + b"[]," * 1000 + b"[]]"), "many brackets are not deep"
    assert decode(b'"' + b"{" * 1000 + b'"') == "{" * 1000


def test_the_fields_of_a_form_are_read_and_empty_ones_are_kept() -> None:
    body = "Body=a+b%26c%0A&From=whatsapp%3A%2B1202&FromCity=&Name=Zoë&Body=again".encode()
    assert decode_form(body) == {
        "Body": "a b&c\n",
        "From": "whatsapp:+1202",
        "FromCity": "",
        "Name": "Zoë",
    }


def test_bytes_of_a_form_that_are_not_utf_8_or_nul_pass_for_the_sanitizer() -> None:
    assert decode_form(b"Body=%FFa%00&Raw=\xfe") == {"Body": "\udcffa\0", "Raw": "\udcfe"}


@pytest.mark.parametrize("body", [b"", b"&&&", b"nothing", b"a=&b="])
def test_what_is_no_form_with_values_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidPayload, match="is not a form with fields"):
        decode_form(body)


def test_several_forms_are_not_taken_for_one() -> None:
    assert decode_form(b"a=1\r\n") == {"a": "1"}
    with pytest.raises(InvalidPayload, match="several lines"):
        decode_form(b"a=1\na=2\n")


def test_a_form_of_too_many_fields_is_refused() -> None:
    fields = [f"f{number}=1" for number in range(MAX_FORM_FIELDS + 1)]
    assert len(decode_form("&".join(fields[1:]).encode())) == MAX_FORM_FIELDS
    with pytest.raises(InvalidPayload, match="more than 1000 fields"):
        decode_form("&".join(fields).encode())
