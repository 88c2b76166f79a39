import json
from pathlib import Path

from messagestore import Message
from messagestore.providers.samples import samples
from tests.integration.cli.command import Command


def test_progress_is_shown_on_a_terminal_and_nowhere_else(command: Command, tmp_path: Path) -> None:
    body = json.dumps(json.loads(next(samples()).body)) + "\n"
    (tmp_path / "many.jsonl").write_text(body * 2000)
    code, seen = command.on_terminal("ingest", "builderbot", "many.jsonl")
    assert code == 0
    assert "payloads" in seen
    assert "/s" in seen
    assert "0:00:0" in seen
    piped = command("ingest", "builderbot", "many.jsonl")
    assert not piped.stderr
    assert "payloads" not in piped.out


def test_colour_is_for_terminals_and_never_the_message_s_own(
    command: Command, seeded: list[Message]
) -> None:
    code, seen = command.on_terminal("history", "alice")
    assert code == 0
    assert "\x1b[" in seen
    assert "\x1b[31mred" not in seen
    assert "\u202e" not in seen
    assert str(seeded[0].id) in seen


def test_help_fits_and_completion_knows_the_providers(bare_command: Command) -> None:
    for line in bare_command("--help").out.splitlines():
        assert len(line) <= 80
    assert bare_command("--version").out.startswith("messagestore ")
    assert "Usage" in bare_command(expect=2).out
    completing = Command(
        bare_command.folder,
        {
            "_PYTHON _M MESSAGESTORE_COMPLETE": "complete_bash",
            "COMP_WORDS": "messagestore ingest wh",
            "COMP_CWORD": "2",
        },
    )
    assert completing().out.strip() == "whatsapp_cloud"
