from typing import Any

import msgspec

from messagestore import Message
from tests.integration.cli.command import Command

COLUMNS = list(Message.__struct_fields__)


def ids(records: list[Any]) -> list[str]:
    return [record["message_id"] for record in records]


def test_json_is_one_exact_record_a_line(command: Command, seeded: list[Message]) -> None:
    result = command("history", "alice", "--json")
    records = result.json()
    assert ids(records) == ["question", "answer", seeded[2].message_id, "photo", "lost"]
    assert [list(record) for record in records] == [COLUMNS] * 5
    decoded = [msgspec.json.decode(line, type=Message) for line in result.stdout.splitlines()]
    assert decoded == seeded[:5]
    assert not result.stderr

    assert ids(command("failed", "--json").json()) == ["lost"]
    assert ids(command("failed", "bob", "--json").json()) == []
    assert ids(command("media", "alice", "--type", "image", "--json").json()) == ["photo"]


def test_search_everywhere_or_in_one_conversation(command: Command, seeded: list[Message]) -> None:
    assert ids(command("search", "周日", "--json").json()) == [seeded[2].message_id]
    assert ids(command("search", "hello", "--json").json()) == ["bob-1"]
    assert ids(command("search", "alice", "hello", "--json").json()) == []
    assert "in quotes" in command("search", "alice", "two", "words", expect=2).stderr
    assert "at least one word" in command("search", "--", "-none", expect=2).stderr


def test_counts_and_conversations(command: Command, seeded: list[Message]) -> None:
    [alice] = command("stats", "alice", "--json").json()
    assert alice == {
        "context_id": "alice",
        "total": 5,
        "incoming": 3,
        "outgoing": 2,
        "with_media": 1,
        "commands": 0,
        "failed": 1,
    }
    [everywhere] = command("stats", "--json").json()
    assert everywhere == alice | {"context_id": None, "total": 6, "incoming": 4}
    assert [one["context_id"] for one in command("conversations", "--json").json()] == [
        "bob",
        "alice",
    ]
    assert seeded[0].created_at.isoformat()[:10] in command("conversations").out


def test_a_thread_names_roles_and_takes_either_id(command: Command, seeded: list[Message]) -> None:
    by_id = command("thread", seeded[1].id, "--json").json()
    assert [(one["role"], one["message_id"]) for one in by_id] == [
        ("ancestor", "question"),
        ("message", "answer"),
    ]
    by_message_id = command("thread", "question", "--json").json()
    assert [one["role"] for one in by_message_id] == ["message", "reply"]
    # A provider whose ids are UUIDs too.
    [alone] = command("thread", seeded[2].message_id, "--json").json()
    assert alone["id"] == str(seeded[2].id)
    assert "No message has the id" in command("thread", "nobody", expect=1).stderr
    assert "No message has" in command("thread", "hidden", expect=1).stderr


def test_tables_are_plain_where_they_are_piped(command: Command, seeded: list[Message]) -> None:
    table = command("history", "alice").out
    assert "\x1b" not in table
    assert "\u202e" not in table
    assert "[bold]no" in table
    assert "2026-02-01" in table
    assert "12:02:00Z" in table
    assert "131026 undeliverable" in table
    assert "[image image/jpeg 2.0 kB" in table
    assert str(seeded[0].id) in table
    assert max(map(len, table.splitlines())) <= 80
    assert "reply" in command("thread", "question").out


def test_pages_lead_on(command: Command, seeded: list[Message]) -> None:
    first = command("history", "alice", "--limit", 2, "--json")
    assert ids(first.json()) == ["photo", "lost"]
    assert f"--before {seeded[3].id}" in first.stderr
    second = command("history", "alice", "--limit", 3, "--before", seeded[3].id, "--json")
    assert ids(second.json()) == ["question", "answer", seeded[2].message_id]
    assert not second.stderr
    everything = command("history", "alice", "--limit", 1, "--all", "--json")
    assert ids(everything.json()) == ids(second.json()) + ids(first.json())
    assert "not both" in command("failed", "--all", "--before", "x", expect=2).stderr

    page = command("conversations", "--limit", 1, "--json")
    cursor = page.stderr.split("--before ")[1].split(",")[0]
    last = command("conversations", "--limit", 1, "--before", cursor)
    assert "alice" in last.out
    assert not last.stderr
