"""The bot that the how-to shows works as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from messagestore import MessageStore, Settings
from messagestore.blocking import BlockingStore
from tests.integration.integrations.twilio_api import ACCOUNT, twilio_api

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "twilio.md"
PUBLIC_URL = "https://bot.example"
TOKEN = "0123456789abcdef"  # noqa: S105 (of no account)
FORM = {
    "MessageSid": "SM7",
    "SmsStatus": "received",
    "From": "whatsapp:+12025550171",
    "To": "whatsapp:+14155238886",
    "Body": "hello",
    "NumMedia": "0",
}
STATUS = {"MessageSid": "SM1", "MessageStatus": "read", "To": "whatsapp:+12025550171"}


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the programs of the page read."""
    for name, value in {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": PUBLIC_URL,
        "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
        "MESSAGESTORE_SPOOL_DIR": str(settings.spool_dir),
    }.items():
        monkeypatch.setenv(name, value)


def _programs() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
async def test_the_bot_of_the_page() -> None:
    program: dict[str, Any] = {"__name__": "bot"}
    exec(_programs()[0], program)  # noqa: S102 (ours)
    app, validator = program["app"], RequestValidator(TOKEN)
    transport = httpx.ASGITransport(app=app)
    with twilio_api() as api:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://bot") as bot,
        ):
            app.state.twilio.api.base_url = api.url
            sent = (await bot.post("/remind")).json()
            for path, form in (("/message", FORM), ("/status", STATUS)):
                signature = validator.compute_signature(f"{PUBLIC_URL}{path}", form)
                await bot.post(path, data=form, headers={"X-Twilio-Signature": signature})
            store: MessageStore = app.state.store
            page = await store.messages.get_conversation_history("12025550171")
    assert sent == "SM1"
    assert {(m.message_id, str(m.status), m.content) for m in page.messages} == {
        ("SM1", "read", "See you at ten."),
        ("SM7", "delivered", "hello"),
        ("twilio:SM7:answer:1", "sent", "You said: hello"),
    }


FLASK = """
import json, os, sys
program = {"__name__": "bot"}
exec(sys.argv[1], program)
program["client"].api.base_url = os.environ["TWILIO_API"]
bot = program["app"].test_client()
for form, headers in json.loads(sys.argv[2]):
    print(bot.post("/message", data=form, headers=headers).text)
sent = {"from_": "whatsapp:+14155238886", "to": "whatsapp:+12025550171"}
print(program["client"].messages.create(**sent, body="See you at ten.").sid)
"""
"""Acts as a server that imports the bot, and ends as one does: its store closes at exit."""


def test_the_bot_with_flask(settings: Settings) -> None:
    """Its store stays open: an ExitStack without a name closed it at once."""
    signature = RequestValidator(TOKEN).compute_signature("http://localhost/message", FORM)
    signed = (FORM, {"X-Twilio-Signature": signature})
    forged: tuple[dict[str, str], dict[str, str]] = (FORM | {"MessageSid": "SM8"}, {})
    with twilio_api() as api:
        process = subprocess.run(
            [sys.executable, "-c", FLASK, _programs()[1], json.dumps([signed, forged])],
            env=os.environ | {"TWILIO_API": api.url, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert process.stdout.count("<Message>You said: hello</Message>") == 2
    assert process.stdout.endswith("SM1\n")
    assert "Traceback" not in process.stderr
    with BlockingStore.open(settings=settings) as store:
        page = store.call(store.messages.get_conversation_history, "12025550171")
    assert {(m.message_id, str(m.status), m.content) for m in page.messages} == {
        ("SM1", "sent", "See you at ten."),
        ("SM7", "delivered", "hello"),
        ("twilio:SM7:answer:1", "sent", "You said: hello"),
    }
