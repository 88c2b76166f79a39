"""Whatever comes in, an adapter answers with events or with InvalidPayload."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored, MessageReceived, Refused
from messagestore.message import Message
from messagestore.providers import get_provider, provider_names
from messagestore.providers.payload import MAX_NESTING, decode_form
from messagestore.providers.samples import samples

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Payload(NamedTuple):
    """A sample as a value, and how its provider writes such values."""

    provider: str
    value: Any
    body: Callable[[Any], bytes]


def json_body(value: Any) -> bytes:
    return json.dumps(value).encode()


def form_body(value: Any) -> bytes:
    return urlencode(value, errors="surrogatepass").encode()


SAMPLES = [
    Payload(sample.provider, decode_form(sample.body), form_body)
    if sample.file_name.endswith(".txt")
    else Payload(sample.provider, json.loads(sample.body), json_body)
    for sample in samples()
]
JSON_SAMPLES = [sample for sample in SAMPLES if sample.body is json_body]

strange_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**20), max_value=10**20),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "\0", "\ud800", "x" * 600, "9" * 400, "_event_media__00000000"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


def events_of(provider: str, body: bytes) -> list[Event]:
    """Parse, and store what is a message: the record must be one that the store accepts."""
    try:
        events = get_provider(provider).parse(body)
    except InvalidPayload:
        return []
    assert events, "a body that can be read means something"
    for event in events:
        if isinstance(event, MessageReceived):
            Message.from_new(event.message, now=NOW)
    return events


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy in which the value at that path is another."""
    if not path:
        return new
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = changed(value[key], tuple(rest), new)
    return copy


@given(body=st.binary(max_size=200), provider=st.sampled_from(provider_names()))
def test_any_bytes(body: bytes, provider: str) -> None:
    events_of(provider, body)


@given(
    value=st.recursive(
        strange_values,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    ),
    provider=st.sampled_from(provider_names()),
)
def test_any_json(value: Any, provider: str) -> None:
    events_of(provider, json.dumps(value).encode())


@given(data=st.data())
def test_samples_in_which_values_were_replaced(data: st.DataObject) -> None:
    provider, payload, body = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(min_value=1, max_value=3))):
        path = data.draw(st.sampled_from(sorted(paths(payload), key=str) or [()]))
        payload = changed(payload, path, data.draw(strange_values))
        if not isinstance(payload, dict | list):
            break
    events_of(provider, body(payload))


@given(data=st.data())
def test_samples_that_were_cut_off(data: st.DataObject) -> None:
    """Of a form nobody can tell: what is left of it is a form."""
    provider, payload, written = data.draw(st.sampled_from(JSON_SAMPLES))
    body = written(payload)
    assert events_of(provider, body[: data.draw(st.integers(0, len(body) - 1))]) == []


@given(words=st.from_regex(r"PRIVATE[a-z]{5,10}", fullmatch=True), data=st.data())
def test_no_refusal_repeats_what_a_person_wrote(words: str, data: st.DataObject) -> None:
    provider, payload, body = data.draw(st.sampled_from(SAMPLES))
    path = data.draw(st.sampled_from(sorted(paths(payload), key=str)))
    refusals = _refusals(provider, body(changed(payload, path, [words])))
    assert not any(words in sentence for sentence in refusals)


def _refusals(provider: str, body: bytes) -> list[str]:
    try:
        events = get_provider(provider).parse(body)
    except InvalidPayload as error:
        return [str(error)]
    return [event.reason for event in events if isinstance(event, Refused | Ignored)]


@pytest.mark.parametrize("provider", provider_names())
@pytest.mark.parametrize("levels", [MAX_NESTING - 20, MAX_NESTING, 900, 5000, 200_000])
def test_deep_nesting_in_any_place(provider: str, levels: int) -> None:
    """Up to the limit the store takes it, as deep as Python's own stack allows; above: refused."""
    deep = b"[" * levels + b"]" * levels
    for name, payload, body in JSON_SAMPLES:
        if name == provider:
            marked = body(changed(payload, next(paths(payload)), "DEEP"))
            events_of(provider, marked.replace(b'"DEEP"', deep))
    events_of(provider, b'{"from": "1", "body": "x", "extra": ' + deep + b"}")


def test_a_message_of_sixty_four_megabytes_is_refused_alone() -> None:
    part = {"from": "1", "id": "wamid.1", "type": "text", "text": {"body": "x" * (2**26 + 1)}}
    entry = {"changes": [{"field": "messages", "value": {"messages": [part]}}]}
    [event] = events_of("whatsapp_cloud", json.dumps({"entry": [entry]}).encode())
    assert isinstance(event, Refused)
    assert "content has 67108865 bytes" in event.reason
