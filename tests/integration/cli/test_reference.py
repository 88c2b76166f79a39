"""The reference page names every command, option, argument and exit code; --help is complete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from messagestore.cli.exit_codes import MEANINGS, ExitCode
from messagestore.cli.main import app

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"


def tree(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child in getattr(command, "commands", {}).values():
        yield from tree(child, f"{name} {child.name}")


COMMANDS = dict(tree(typer.main.get_command(app), "messagestore"))
LEAVES = {name: one for name, one in COMMANDS.items() if not hasattr(one, "commands")}


def section(name: str) -> str:
    """Return the part of the page about a command: from its heading to the next."""
    heading = f"\n## `{name}`\n"
    text = PAGE.read_text(encoding="utf-8")
    assert heading in text, f"{name} has no heading"
    return text.split(heading)[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_is_documented(name: str) -> None:
    described = section(name)
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "argument":
            assert (parameter.metavar or parameter.name.upper()) in described
            continue
        for option in parameter.opts:
            assert f"`{option}" in described, f"{name} {option}"


def test_no_command_is_documented_that_does_not_exist() -> None:
    headings = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:4] == "## `"
    ]
    assert [heading[4:-1] for heading in headings] == list(COMMANDS)


def test_every_exit_code_is_documented() -> None:
    assert set(MEANINGS) == set(ExitCode)
    text = PAGE.read_text(encoding="utf-8")
    for code, meaning in MEANINGS.items():
        assert f"| {code:d} | {meaning}" in text
        assert f"{code:d}  {meaning}" in str(COMMANDS["messagestore"].epilog)


@pytest.mark.parametrize("name", LEAVES)
def test_help_has_a_sentence_help_for_everything_and_an_example(name: str) -> None:
    command = LEAVES[name]
    assert command.help
    assert command.help.split("\n")[0].endswith(".")
    assert "messagestore " in command.epilog
    for parameter in command.params:
        assert parameter.help, f"{name} {parameter.name}"
