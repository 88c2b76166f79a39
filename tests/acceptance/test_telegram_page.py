"""The bots of the how-to run as they stand there, and the page's commands show what is stored."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "telegram.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
OFFLINE = "import tests.acceptance.telegram_offline\n"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    known = {key: os.environ[key] for key in os.environ if not key.startswith("MESSAGESTORE_")}
    return known | {
        "TELEGRAM_TOKEN": "7000000001:AAF-fictional-token-of-a-bot-0000000",
        "MESSAGESTORE_DATABASE_URL": database_url,
        "MESSAGESTORE_SPOOL_DIR": str(tmp_path / "spool"),
    }


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS, ids=["python-telegram-bot", "aiogram"])
def test_a_bot_of_the_page_stores_its_conversation(
    program: str, environment: dict[str, str]
) -> None:
    run(environment, "-c", OFFLINE + program)
    history = run(environment, "-m", "messagestore", "history", "5200000001", "--json")
    assert '"content":"hello"' in history.replace(" ", "").replace("\n", "")
    assert "You said: hello" in history
    assert "fictional" not in history
