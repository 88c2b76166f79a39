"""The bot that the how-to shows works as it stands there."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from messagestore import MessageStore, Settings
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


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
async def test_the_bot_of_the_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_URL": PUBLIC_URL,
        "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
        "MESSAGESTORE_SPOOL_DIR": str(settings.spool_dir),
    }.items():
        monkeypatch.setenv(name, value)
    program: dict[str, Any] = {"__name__": "bot"}
    exec(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0], program)  # noqa: S102 (ours)
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
