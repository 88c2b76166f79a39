import shlex
import sys
from pathlib import Path

from tests.integration.cli.command import Command


def counts(command: Command) -> object:
    return command("stats", "--json").json()


def test_the_tour_works_twice_and_ends_with_commands_that_work(
    command: Command, tmp_path: Path
) -> None:
    first = command("demo")
    assert not first.stderr
    assert "\x1b" not in first.out
    assert max(map(len, first.out.splitlines()[:60])) <= 140
    for shown in ("came too early", "conversations --limit 5", "周日", "did not answer"):
        assert shown in first.out
    after_first = counts(command)

    second = command("demo")
    assert not second.stderr
    assert "before" in second.out
    assert counts(command) == after_first

    suggested = [shlex.split(line) for line in second.out.splitlines()[-3:]]
    for words in suggested:
        assert words[:3] == [sys.executable, "-m", "messagestore"]
        command(*words[3:])
    assert (tmp_path / "messages.jsonl").stat().st_size > 10_000


def test_the_demo_brings_its_tables(bare_command: Command, empty_database_url: str) -> None:
    assert "Now try" in bare_command.on(empty_database_url)("demo").out
