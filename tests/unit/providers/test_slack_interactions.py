import json
from typing import Any
from urllib.parse import urlencode

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.message import ContextType, Direction
from messagestore.providers import get_provider
from messagestore.providers.redaction import REMOVED
from tests.unit.providers.bodies import only_message, parse

COMMAND = {
    "token": "verification",
    "team_id": "T1",
    "channel_id": "C1",
    "channel_name": "counter",
    "user_id": "U0ANA",
    "user_name": "ana",
    "command": "/Stock",
    "text": "si kancil",
    "response_url": "https://hooks.example/2",
    "trigger_id": "1.2.x",
}


def form(**fields: str) -> list[Event]:
    return get_provider("slack").parse(urlencode(fields).encode(), account="U0BOT")


def tapped(action: dict[str, Any], **fields: Any) -> dict[str, Any]:
    basic = {
        "type": "block_actions",
        "user": {"id": "U0ANA", "username": "ana"},
        "team": {"id": "T_PERSON"},
        "channel": {"id": "C1", "name": "counter"},
        "container": {"type": "message", "message_ts": "1788800000.000200", "channel_id": "C1"},
        "message": {"user": "U0BOT", "team": "T1", "ts": "1788800000.000200"},
        "response_url": "https://hooks.example/1",
        "actions": [{"action_id": "reserve", "action_ts": "1788800060.000100"} | action],
    }
    return basic | fields


@pytest.mark.parametrize(
    ("action", "content", "title", "values"),
    [
        (
            {"type": "button", "text": {"type": "plain_text", "text": "Put aside"}, "value": "7"},
            "Put aside",
            "Put aside",
            ["7"],
        ),
        (
            {"selected_options": [{"text": {"text": "A"}, "value": "a"}, {"text": {"text": "B"}}]},
            "A, B",
            "A, B",
            ["a"],
        ),
        ({"type": "datepicker", "selected_date": "2026-09-08"}, "2026-09-08", None, ["2026-09-08"]),
        ({"type": "plain_text_input", "value": "two copies"}, "two copies", None, ["two copies"]),
    ],
)
def test_what_the_person_saw_is_the_content(
    action: dict[str, Any], content: str, title: str | None, values: list[str]
) -> None:
    new = only_message(form(payload=json.dumps(tapped(action))))
    assert (new.content, new.metadata.get("reply_title")) == (content, title)
    assert (new.metadata["reply_id"], new.metadata["reply_values"]) == ("reserve", values)
    assert new.message_id == "slack:T1:C1:action-1788800060.000100"
    assert new.reply_to_message_id == "slack:T1:C1:1788800000.000200"
    assert (new.sender, new.recipient) == ("U0ANA", "U0BOT")
    assert new.direction is Direction.INCOMING
    assert new.metadata["raw"]["response_url"] == REMOVED


def test_json_and_socket_mode_mean_the_same_as_the_form() -> None:
    payload = tapped({"value": "7"})
    expected = form(payload=json.dumps(payload))
    assert parse("slack", payload, account="U0BOT") == expected
    envelope = {"envelope_id": "e", "type": "interactive", "payload": payload}
    assert parse("slack", envelope, account="U0BOT") == expected


def test_several_actions_are_several_messages() -> None:
    payload = tapped({})
    payload["actions"] = [{"action_ts": "1.1", "value": "a"}, "no action", {"action_ts": "1.2"}]
    first, _, last = parse("slack", payload)
    assert only_message([first]).message_id.endswith("action-1.1")
    assert only_message([last]).message_id.endswith("action-1.2")


def test_the_team_of_an_organization() -> None:
    payload = tapped({}, is_enterprise_install=True, enterprise={"id": "E1"}, team=None)
    assert only_message(parse("slack", payload)).message_id.startswith("slack:E1:C1:")
    command = COMMAND | {"is_enterprise_install": "true", "enterprise_id": "E1"}
    assert only_message(form(**command)).message_id.startswith("slack:E1:C1:")


@pytest.mark.parametrize("text", ["si kancil", ""])
def test_a_command(text: str) -> None:
    new = only_message(form(**COMMAND | {"text": text}))
    assert new.content == f"/Stock {text}".strip()
    assert (new.is_bot_command, new.command_name) == (True, "stock")
    assert (new.message_id, new.context_type) == ("slack:T1:C1:command-1.2.x", ContextType.GROUP)
    assert (new.sender, new.recipient) == ("U0ANA", "U0BOT")
    assert new.metadata["raw"]["response_url"] == new.metadata["raw"]["token"] == REMOVED


def test_a_command_in_private() -> None:
    new = only_message(form(**COMMAND | {"channel_name": "directmessage"}))
    assert new.context_type is ContextType.PRIVATE


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "url_verification", "challenge": "c"},
        {"type": "app_rate_limited", "team_id": "T1"},
        {"type": "hello"},
        {"type": "view_submission", "view": {}},
        {"type": "block_actions", "actions": [{}], "view": {}},
    ],
)
def test_what_has_no_conversation_is_ignored(payload: dict[str, Any]) -> None:
    assert isinstance(parse("slack", payload)[0], Ignored)


def test_a_check_of_the_address_is_ignored() -> None:
    assert isinstance(form(ssl_check="1")[0], Ignored)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"payload=%7B", b"payload=5", b"a=b"])
def test_what_is_not_slacks_is_not_read(body: bytes) -> None:
    with pytest.raises(InvalidPayload):
        get_provider("slack").parse(body)
