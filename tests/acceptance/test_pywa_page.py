"""The bots of the how-to run as they stand there, and the page's commands show what is stored."""

from pathlib import Path

import pytest

from tests.acceptance.pages import environment, programs, run
from tests.integration.integrations.whatsapp_api import PERSON, PHONE_ID, SECRET, TOKEN

OFFLINE = "import tests.acceptance.pywa_offline\n"
UVICORN = "\nimport uvicorn\nuvicorn.run(app)\n"
VARIABLES = {
    "WHATSAPP_PHONE_ID": PHONE_ID,
    "WHATSAPP_TOKEN": TOKEN,
    "WHATSAPP_APP_SECRET": SECRET,
    "WHATSAPP_VERIFY_TOKEN": "fictional",
}


@pytest.mark.parametrize(
    ("program", "start"),
    list(zip(programs("pywa.md"), ("", UVICORN), strict=True)),
    ids=["sync", "async"],
)
def test_a_bot_of_the_page_stores_its_conversation(
    program: str, start: str, database_url: str, tmp_path: Path
) -> None:
    variables = environment(database_url, tmp_path / "spool") | VARIABLES
    run(variables, "-c", OFFLINE + program + start)
    history = run(variables, "-m", "messagestore", "history", PERSON, "--json")
    assert '"content":"hello"' in history.replace(" ", "").replace("\n", "")
    assert "You said: hello" in history
    assert "wamid.ANSWER1" in history
    assert "fictional" not in history
