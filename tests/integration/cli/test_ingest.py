import json
from pathlib import Path
from typing import Any

import pytest

from messagestore.providers.samples import Sample, samples
from tests.integration.cli.command import Command


@pytest.fixture
def whatsapp() -> list[Sample]:
    return [sample for sample in samples() if sample.provider == "whatsapp_cloud"]


def one_line(body: bytes) -> bytes:
    return json.dumps(json.loads(body)).encode() + b"\n"


def account(command: Command, *files: object, **options: Any) -> dict[str, int]:
    [record] = command("ingest", "whatsapp_cloud", *files, "--json", **options).json()
    return {outcome: count for outcome, count in record.items() if count}


def test_one_body_a_file_and_twice_is_once(
    command: Command, tmp_path: Path, whatsapp: list[Sample]
) -> None:
    for sample in whatsapp:
        (tmp_path / sample.file_name).write_bytes(sample.body)
    files = sorted(tmp_path.glob("*.json"))
    first = account(command, *files)
    assert first["stored"] > 30
    assert first["ignored"] == 1
    again = account(command, *files)
    assert "stored" not in again
    # A status, too, is a duplicate when it changes nothing; edits are applied again.
    assert again["duplicate"] >= first["stored"] + first["duplicate"]


def test_one_body_a_line_from_stdin_and_the_broken_ones_are_named(
    command: Command, tmp_path: Path, whatsapp: list[Sample]
) -> None:
    good = [one_line(sample.body) for sample in whatsapp[:3]]
    lines = b"".join(
        [good[0], b'{"object": "whatsapp_bus\n', b"\n", good[1], b"\xff\xfe\n", good[2]]
    )
    result = command("ingest", "whatsapp_cloud", "-", stdin=lines, expect=1)
    assert "stdin:2: the body" in result.stderr
    assert "stdin:5: the body" in result.stderr
    assert "refused" in result.out

    (tmp_path / "broken-first").write_bytes(b'{"object":\n' + b"".join(good))
    assert account(command, "broken-first", expect=1) == {
        "duplicate": 4,
        "refused": 1,
    }


def test_a_file_that_is_no_payload_is_refused_by_name(command: Command, tmp_path: Path) -> None:
    refusals = {
        "empty": (b"", "the body is empty"),
        "cut-off": (b'{"object": "whatsapp_business_account",\n "entry": [', "JSON, or cut off"),
        "binary": (bytes(range(256)) * 20, "JSON, or cut off"),
        "another": (b"[1, 2]", "must be a JSON object"),
    }
    for name, (content, _) in refusals.items():
        (tmp_path / name).write_bytes(content)
    refused = command("ingest", "whatsapp_cloud", *refusals, expect=1).stderr.splitlines()
    for (name, (_, reason)), line in zip(refusals.items(), refused, strict=True):
        assert line.startswith(name)
        assert reason in line


def test_an_edit_before_its_message_waits(
    command: Command, tmp_path: Path, whatsapp: list[Sample]
) -> None:
    [edit] = [sample for sample in whatsapp if "15_edit" in sample.file_name]
    (tmp_path / "edits.jsonl").write_bytes(one_line(whatsapp[0].body) + one_line(edit.body))
    command("ingest", "whatsapp_cloud", "edits.jsonl")
    [waiting] = command("ingest", "whatsapp_cloud", "edits.jsonl", "--json").json()
    assert (waiting["duplicate"], waiting["waiting"]) == (1, 1)


def test_a_provider_of_a_mapping_file(command: Command, tmp_path: Path) -> None:
    (command.folder / "acme.toml").write_text(
        '[[event]]\nkind = "message"\n[event.columns]\nmessage_id = "id"\n'
        'context_id = "room"\ncontent = "say"\ndirection = { value = "incoming" }\n'
    )
    (command.folder / "messagestore.toml").write_text('provider_mappings = { acme = "acme.toml" }')
    file = tmp_path / "bodies.jsonl"
    file.write_text('{"id": "acme:1", "room": "acme:r", "say": "hello"}\n')
    [record] = command("ingest", "acme", file, "--json").json()
    assert record["stored"] == 1
    (command.folder / "acme.toml").write_text('[[event]]\nkind = "mail"\n')
    refused = command("ingest", "acme", file, expect=2)
    assert "event[0].kind must be one of message" in refused.stderr
