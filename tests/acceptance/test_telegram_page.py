"""The bots of the how-to run as they stand there, and the page's commands show what is stored."""

from pathlib import Path

import pytest

from tests.acceptance.pages import environment, programs, run

OFFLINE = "import tests.acceptance.telegram_offline\n"
TOKEN = {"TELEGRAM_TOKEN": "7000000001:AAF-fictional-token-of-a-bot-0000000"}


@pytest.mark.parametrize("program", programs("telegram.md"), ids=["python-telegram-bot", "aiogram"])
def test_a_bot_of_the_page_stores_its_conversation(
    program: str, database_url: str, tmp_path: Path
) -> None:
    variables = environment(database_url, tmp_path / "spool") | TOKEN
    run(variables, "-c", OFFLINE + program)
    history = run(variables, "-m", "messagestore", "history", "5200000001", "--json")
    assert '"content":"hello"' in history.replace(" ", "").replace("\n", "")
    assert "You said: hello" in history
    assert "fictional" not in history
