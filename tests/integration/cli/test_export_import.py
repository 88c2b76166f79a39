import asyncio
import csv
import io
import json
import subprocess
from pathlib import Path

import asyncpg
import pytest

from messagestore import Message, MessageStore, Settings
from messagestore.bench.dataset.dataset import Dataset
from tests.builders import new_message
from tests.integration.cli.command import TIMEOUT, Command


def test_what_was_exported_is_imported_unchanged_and_once(
    command: Command, other_database_url: str, seeded: list[Message], tmp_path: Path
) -> None:
    exported = command("export", "--include-deleted")
    assert len(exported.json()) == len(seeded)
    assert "Exported 7 messages" in exported.stderr
    (tmp_path / "all.jsonl").write_bytes(exported.stdout)

    other = command.on(other_database_url)
    assert other("import", "all.jsonl", "--json").json() == [
        {"stored": 7, "duplicate": 0, "refused": 0}
    ]
    assert other("export", "--include-deleted").stdout == exported.stdout
    again = other("import", "-", "--json", stdin=exported.stdout)
    assert again.json() == [{"stored": 0, "duplicate": 7, "refused": 0}]
    assert other("stats", "--json").stdout == command("stats", "--json").stdout


_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND clock_timestamp() - query_start > interval '2 seconds'
"""


async def test_import_waits_longer_than_a_bot_does(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    """Fails with an exit code of 3 where the bot's `command_timeout` counts."""
    (tmp_path / "all.jsonl").write_bytes(b"".join(Dataset(10, contexts=2)))
    environment = command.environment | {"MESSAGESTORE_COMMAND_TIMEOUT": "0.5"}
    holder, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE message_keys")
            process = Command(command.folder, environment).start(
                "import", "all.jsonl", stdout=subprocess.DEVNULL
            )
            async with asyncio.timeout(TIMEOUT):
                while not await watcher.fetchval(_WAITING):
                    assert process.poll() is None
                    await asyncio.sleep(0.05)
        assert await asyncio.to_thread(process.wait, TIMEOUT) == 0
    finally:
        await holder.close()
        await watcher.close()


def test_export_chooses(command: Command, seeded: list[Message], tmp_path: Path) -> None:
    def exported(*options: object) -> list[str]:
        return [record["message_id"] for record in command("export", *options).json()]

    assert exported("--context", "bob") == ["bob-1"]
    assert exported("--context", "alice", "--include-deleted")[-2:] == ["lost", "hidden"]
    since = ("--since", "2026-02-01T13:01:00+01:00", "--until", seeded[3].created_at.isoformat())
    assert exported(*since) == ["answer", seeded[2].message_id]
    assert exported("--since", "2026-02-02") == []

    target = tmp_path / "target.jsonl"
    target.write_text("old")
    assert not command("export", "--output", target).out
    assert len(target.read_bytes().splitlines()) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["target.jsonl"]
    assert "no/where: No such" in command("export", "--output", "no/where", expect=1).stderr


@pytest.fixture
def formulas(database_url: str) -> list[str]:
    """Messages whose texts a spreadsheet would run, and whose sender is one, too."""
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", 'a,"b"\nc', "'=1"]

    async def store_them() -> None:
        settings = Settings(database_url=database_url, search_upkeep_seconds=0)
        async with MessageStore.open(settings=settings) as store:
            new = [new_message(text, sender="+49170", context_id="-100") for text in texts]
            await store.messages.create_many(new)

    asyncio.run(store_them())
    return texts


def test_csv_runs_no_formula(command: Command, formulas: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(command("export", "--format", "csv").out, newline="")))
    assert rows[0] == list(Message.__struct_fields__)
    cells = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [cell["content"] for cell in cells] == [
        text if text.startswith(("a", "'")) else f"'{text}" for text in formulas
    ]
    assert {cell["sender"] for cell in cells} == {"'+49170"}
    assert {cell["context_id"] for cell in cells} == {"'-100"}
    assert {(cell["is_deleted"], cell["metadata"], cell["media_url"]) for cell in cells} == {
        ("false", "{}", "")
    }


def test_bad_lines_are_named_and_good_ones_stored(
    command: Command, other_database_url: str, seeded: list[Message]
) -> None:
    good = command("export").stdout.splitlines()
    first = json.loads(good[0])
    bad = [
        b'{"id": "01',
        b"\xff\xff",
        b"[]",
        json.dumps({key: value for key, value in first.items() if key != "status"}).encode(),
        json.dumps(first | {"status": "lost"}).encode(),
        json.dumps(first | {"created_at": "2020-01-01T00:00:00Z"}).encode(),
        json.dumps(first | {"message_id": "x" * 600}).encode(),
        json.dumps(first | {"message_id": "nul", "content": "a\0b"}).encode(),
        json.dumps(first | {"message_id": "gone", "is_deleted": True}).encode(),
    ]
    lines = b"\n".join([good[0], *bad, b"", *good[1:]])
    result = command.on(other_database_url)("import", "-", "--json", stdin=lines, expect=1)
    assert result.json() == [{"stored": len(seeded) - 1, "duplicate": 0, "refused": len(bad)}]
    named = sorted(int(line.split(":")[1]) for line in result.stderr.splitlines())
    assert named == list(range(2, 2 + len(bad)))
    assert "`status`" in result.stderr
    assert "created_at is not the time in id" in result.stderr


def test_a_reader_that_leaves_early_is_no_error(command: Command, seeded: list[Message]) -> None:
    exporting = command.start("export", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert exporting.stdout is not None
    assert exporting.stderr is not None
    exporting.stdout.close()
    assert exporting.wait(60) == 0
    assert exporting.stderr.read() == b""
    exporting.stderr.close()
    assert seeded
