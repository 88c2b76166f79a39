import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from messagestore.errors import InvalidPayload, InvalidSettings
from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    Refused,
    StatusChanged,
)
from messagestore.logger.kept_payload import KeptPayload
from messagestore.message import ContextType, Direction, MediaType, Status
from messagestore.providers import add_mappings, get_provider, provider_names, registry, secrets_of
from messagestore.providers.generic import GenericProvider, load_mapping
from messagestore.providers.generic.columns import COLUMNS
from messagestore.providers.generic.mapping import parse_mapping
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

HOWTO = Path(__file__).parents[3] / "docs" / "howto" / "generic.md"
MESSAGE: dict[str, Any] = {
    "kind": "message",
    "columns": {"message_id": "id", "context_id": "chat", "direction": {"value": "incoming"}},
}


def mapped(*events: dict[str, Any], body: Any, secrets: list[str] | None = None) -> list[Event]:
    mapping = parse_mapping({"event": list(events), "secrets": secrets or []}, "acme.toml")
    return GenericProvider("acme", mapping).parse(json.dumps(body).encode(), account="bot-1")


def column(name: str, rule: Any, value: Any) -> Any:
    columns = MESSAGE["columns"] | {name: rule}
    body = {"id": "1", "chat": "c", "x": value}
    return getattr(only_message(mapped(MESSAGE | {"columns": columns}, body=body)), name)


def test_the_example_of_the_how_to_works(tmp_path: Path) -> None:
    page = HOWTO.read_text("utf-8")
    [body] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    written, setting = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "acme.toml").write_text(written, "utf-8")
    assert tomllib.loads(setting)["provider_mappings"] == {"acme": "acme.toml"}
    provider = GenericProvider("acme", load_mapping(tmp_path / "acme.toml"))
    first, second = provider.parse(body.encode())
    new = only_message([first])
    assert (new.message_id, new.context_id) == ("acme:r7:41", "acme:r7")
    assert (new.sender, new.recipient, new.content) == ("u3", "support", "hello")
    assert new.created_at == datetime.fromtimestamp(1788000000, UTC)
    assert (new.metadata["provider"], new.metadata["profile_name"]) == ("acme", "Ana")
    assert isinstance(second, StatusChanged)
    assert (second.message_id, second.status) == ("acme:r7:40", Status.READ)


def test_generic_takes_our_own_columns() -> None:
    columns = {
        "message_id": "m", "context_id": "c", "direction": "outgoing", "sender": "s",
        "recipient": "r", "context_type": "group", "content": "hi", "media_url": "https://a",
        "media_type": "image", "media_content_type": "image/png", "media_size": 5,
        "status": "failed", "error_message": "no", "created_at": "2026-09-01T10:00:00+02:00",
        "delivered_at": 1788000000, "read_at": 1788000000417, "reply_to_message_id": "q",
        "is_bot_command": True, "is_admin_command": True, "command_name": "help",
    }  # fmt: skip
    assert set(columns) == set(COLUMNS["message"])
    new = only_message(parse("generic", columns | {"metadata": {"lang": "en", "token": "t"}}))
    times = {"created_at", "delivered_at", "read_at"}
    for name in set(columns) - times:
        assert getattr(new, name) == columns[name]
    assert new.created_at == datetime(2026, 9, 1, 8, tzinfo=UTC)
    assert (new.delivered_at, new.read_at) == (
        datetime.fromtimestamp(1788000000, UTC),
        datetime.fromtimestamp(1788000000.417, UTC),
    )
    assert (new.metadata["lang"], new.metadata["token"]) == ("en", REMOVED)
    both = parse("generic", [columns, columns | {"message_id": "n"}])
    assert [e.message.message_id for e in both if isinstance(e, MessageReceived)] == ["m", "n"]


def test_whoever_is_not_named_is_the_bot_or_the_other_one() -> None:
    new = only_message(mapped(MESSAGE, body={"id": "1", "chat": "c"}))
    assert (new.sender, new.recipient, new.status) == ("c", "bot-1", None)
    outgoing = MESSAGE["columns"] | {"direction": {"value": "outgoing"}}
    sent = only_message(mapped(MESSAGE | {"columns": outgoing}, body={"id": 7, "chat": "c"}))
    assert (sent.message_id, sent.sender, sent.recipient) == ("7", "bot-1", "c")
    assert (sent.direction, sent.status) == (Direction.OUTGOING, Status.SENT)
    crowd = MESSAGE["columns"] | {"context_type": {"value": "group"}}
    group = only_message(mapped(MESSAGE | {"columns": crowd}, body={"id": "1", "chat": "c"}))
    assert (group.context_type, group.sender) == (ContextType.GROUP, "unknown")


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("x", "hi", "hi"),
        ("x.y[1].z", {"y": [0, {"z": "deep"}]}, "deep"),
        ("x[3]", ["a"], None),
        ("$.x", "root", "root"),
        (["x.a", "x.b"], {"a": "", "b": "second"}, "second"),
        ({"value": "constant"}, None, "constant"),
        ({"join": ["x.a", "id"], "separator": "-"}, {"a": True}, "true-1"),
        ({"join": ["x.a", "id"]}, {}, None),
        ({"path": "x", "values": {"1": "one", "true": "yes"}}, 1, "one"),
        ({"path": "x", "values": {"1": "one", "true": "yes"}}, True, "yes"),
        ({"path": "x", "values": {"1": "one"}, "default": "other"}, 2, "other"),
        ("x", {"not": "text"}, None),
    ],
)
def test_where_a_value_comes_from(rule: Any, value: Any, expected: str | None) -> None:
    assert column("content", rule, value) == expected


@pytest.mark.parametrize(
    ("form", "value", "seconds"),
    [
        (None, 1788000000, 1788000000),
        (None, 1788000000000, 1788000000),
        (None, "1788000000", 1788000000),
        (None, "2026-08-29T12:00:00Z", 1788004800),
        (None, "2026-08-29T12:00:00", 1788004800),
        ("milliseconds", 1788000000000, 1788000000),
        ("seconds", 1788000000, 1788000000),
        ("iso8601", "2026-08-29T14:00:00+02:00", 1788004800),
        ("iso8601", 1788000000, None),
        ("milliseconds", float("nan"), None),
        (None, "yesterday", None),
        (None, "0001-01-01T00:00:00+23:59", None),
    ],
)
def test_times(form: str | None, value: Any, seconds: int | None) -> None:
    rule = {"path": "x", "time": form} if form else "x"
    found = column("created_at", rule, value)
    assert (found and found.timestamp()) == seconds


def test_what_a_column_does_not_take_is_absent_or_other() -> None:
    assert column("media_type", "x", "hologram") is MediaType.OTHER
    assert column("status", "x", "lost") is None
    assert column("media_size", "x", "many") is None
    assert column("is_bot_command", "x", "yes") is False


def test_the_first_match_counts_and_what_nothing_matches_is_ignored() -> None:
    status = {"kind": "status", "each": "list", "match": {"t": ["s", 2]},
              "columns": {"message_id": "id", "status": "to"}}  # fmt: skip
    delete = {"kind": "delete", "each": "list", "match": {"gone": {"present": True}},
              "columns": {"message_id": "id"}}  # fmt: skip
    reaction = {"kind": "reaction", "each": "list", "match": {"t": True},
                "columns": {"message_id": "id", "sender": "by", "emoji": "e"}}  # fmt: skip
    edit = {"kind": "edit", "each": "one", "columns": {"message_id": "id", "content": "text"}}
    body = {
        "list": [
            {"t": "s", "id": "1", "to": "read", "gone": 1},
            {"t": 2, "id": "1", "to": "lost"},
            {"gone": 1, "id": "2"},
            {"t": True, "id": "3", "by": "ana", "e": ""},
            {"t": 1, "id": "4"},
            {"t": "s", "to": "read"},
            5,
        ],
        "one": {"id": "5", "text": "better"},
    }
    events = mapped(status, delete, reaction, edit, body=body)
    kinds = [StatusChanged, Ignored, MessageDeleted, ReactionChanged, Ignored, Refused, Refused,
             MessageEdited]  # fmt: skip
    assert [type(event) for event in events] == kinds
    assert isinstance(events[3], ReactionChanged)
    assert events[3].emoji is None
    again = mapped(status, delete, reaction, edit, body=body)
    assert again == events, "the id of an edit is the same each time"
    assert isinstance(mapped(edit, body={})[0], Ignored)


def test_secrets_are_removed_wherever_they_are() -> None:
    event = MESSAGE | {"metadata": {"who": "who"}, "metadata_object": "about"}
    body = {"id": "1", "chat": "c", "session_key": "S3", "who": {"sessionKey": "S3"},
            "about": {"SESSION-KEY": "S3", "password": "S3"}}  # fmt: skip
    new = only_message(mapped(event, body=body, secrets=["sessionKey"]))
    assert "S3" not in json.dumps(dict(new.metadata))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"event": []}, "event is missing"),
        ({"events": []}, "events is not known"),
        ({"secrets": "token"}, "secrets must be a list"),
        ({"event": [{"kind": "mail"}]}, "event[0].kind must be one of message"),
        ({"event": [{"kind": "delete", "columns": {}}]}, "columns.message_id is missing"),
        ({"event": [MESSAGE, MESSAGE | {"matches": {}}]}, "event[1]: matches is not known"),
        ({"event": [MESSAGE | {"each": "a..b"}]}, "event[0].each must be a path"),
        ({"event": [MESSAGE | {"match": {"a": {"b": 1}}}]}, "put a path with dots into quotes"),
        ({"event": [MESSAGE | {"match": {"a": [[]]}}]}, "texts, numbers and booleans only"),
        ({"event": [MESSAGE | {"match": 1}]}, "event[0].match must be a table"),
        ({"event": [MESSAGE | {"columns": {"colour": "x"}}]}, "colour is not known"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSettings, match=re.escape(named)) as caught:
        parse_mapping({"event": [MESSAGE]} | change, "acme.toml")
    assert str(caught.value).startswith("acme.toml: ")


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        (5, "must be a path, a list of alternatives, or a table"),
        ([], "must be a path, a list of alternatives, or a table"),
        (["a", "b["], "status[1] must be a path"),
        ({"from": "a"}, "status.from is not known"),
        ({"values": {}}, "must have one of path, value, join"),
        ({"path": "a", "value": "b"}, "must have one of path, value, join"),
        ({"path": "a", "values": ["b"]}, "status.values must be a table"),
        ({"path": "a", "time": "minutes"}, "status.time must be one of seconds"),
        ({"join": []}, "status.join must be a list"),
        ({"join": ["a"], "separator": 1}, "status.separator must be text"),
        ({"path": "a", "values": {"1": "arrived"}}, "must give one of queued, sent"),
        ({"value": "arrived"}, "must give one of queued, sent"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(rule: Any, named: str) -> None:
    columns = {"message_id": "id", "status": rule}
    with pytest.raises(InvalidSettings, match=re.escape(named)) as caught:
        parse_mapping({"event": [{"kind": "status", "columns": columns}]}, "acme.toml")
    assert str(caught.value).startswith("acme.toml: event[0].columns.status")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"none\.toml cannot be read"):
        load_mapping(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"a = = 1")
    with pytest.raises(InvalidSettings, match=r"bad\.toml is not TOML"):
        load_mapping(tmp_path / "bad.toml")


def test_mapped_providers_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_BY_NAME", dict(registry._BY_NAME))
    file = tmp_path / "acme.toml"
    file.write_text(
        'secrets = ["sessionKey"]\n[[event]]\nkind = "delete"\ncolumns = { message_id = "id" }\n'
    )
    add_mappings({"acme": file})
    assert "acme" in provider_names()
    assert secrets_of("acme") == {"sessionKey"}
    assert secrets_of("telegram") == frozenset()
    body = b'{"id": 1, "session_key": "S3"}'
    assert b"S3" not in KeptPayload.of("acme", None, body).body
    assert isinstance(get_provider("acme").parse(b'{"id": "1"}')[0], MessageDeleted)
    for name in ("telegram", "generic", "Acme", "a/b", ""):
        with pytest.raises(InvalidSettings, match="provider_mappings"):
            add_mappings({name: file})


def test_what_is_no_json_object_is_not_read() -> None:
    for payload in (None, 5, "x"):
        with pytest.raises(InvalidPayload, match="an object or an array"):
            parse("generic", payload)
    assert isinstance(parse("generic", {"direction": "incoming"})[0], Refused)
    assert isinstance(parse("generic", [])[0], Ignored)
