import shlex
import sys
from pathlib import Path

from tests.integration.cli.command import Command


def test_the_tour_brings_its_tables_works_twice_and_ends_with_commands_that_work(
    bare_command: Command, empty_database_url: str, tmp_path: Path
) -> None:
    command = bare_command.on(empty_database_url)
    first = command("demo")
    assert not first.stderr
    assert "\x1b" not in first.out
    for shown in ("came too early", "conversations --limit 5", "周日", "did not answer"):
        assert shown in first.out
    stored = command("export").stdout

    second = command("demo")
    assert not second.stderr
    assert "answered all of these messages before" in second.out

    suggested = [shlex.split(line) for line in second.out.splitlines()[-3:]]
    for words in suggested:
        assert words[:3] == [sys.executable, "-m", "messagestore"]
        command(*words[3:])
    assert (tmp_path / "messages.jsonl").read_bytes() == stored
