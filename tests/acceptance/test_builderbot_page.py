"""The bridge of docs/howto/builderbot.md runs in node as it stands there; what it posts is kept.

BuilderBot itself is a stand-in: of it the bridge uses two emitters, `provider` and `bot`.
"""

import json
import os
import re
import subprocess
from pathlib import Path

from messagestore import MessageStore, Settings
from messagestore.providers.samples import samples
from tests.integration.http.served import served
from tests.programs import required

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "builderbot.md"
SECRET = "a long secret of your own"  # noqa: S105 (of the page)

_BEFORE = """
import { EventEmitter } from "node:events";
const flow = {}, database = {}, provider = new EventEmitter();
const createBot = async () => new EventEmitter();
"""
_AFTER = """
for (const [emitter, event, ctx] of JSON.parse(process.env.EVENTS)) {
  (emitter === "bot" ? bot : provider).emit(event, ctx);
}
"""


def _run_bridge(url: str, secret: str, events: list[object]) -> str:
    """Run the bridge, have these events emitted, and return what it wrote to its log."""
    (bridge,) = re.findall(r"```ts\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert "http://127.0.0.1:8080" in bridge
    program = _BEFORE + bridge.replace("http://127.0.0.1:8080", url) + _AFTER
    done = subprocess.run(
        [required("node"), "--input-type=module", "--eval", program],
        env=os.environ | {"MESSAGESTORE_SECRET": secret, "EVENTS": json.dumps(events)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def _sample(file_name: str) -> object:
    (body,) = (
        one.body for one in samples() if (one.provider, one.file_name) == ("builderbot", file_name)
    )
    return json.loads(body)


async def test_the_bridge_posts_what_comes_in_and_what_goes_out(
    settings: Settings, store: MessageStore
) -> None:
    events: list[object] = [
        ["provider", "message", _sample("01_text_spanish.json")],
        ["bot", "send_message", _sample("02_answer.json")],
    ]
    secrets = {"builderbot": [SECRET]}
    assert json.dumps(secrets) in PAGE.read_text(encoding="utf-8")
    with served(settings, MESSAGESTORE_WEBHOOK_SECRETS=json.dumps(secrets)) as service:
        assert _run_bridge(service.url, SECRET, events) == ""
        assert _run_bridge(service.url, "another", events).count("not logged: 401") == 2
    assert _run_bridge(service.url, SECRET, events).count("not logged: fetch failed") == 2
    page = await store.messages.get_conversation_history("14045550119")
    assert sorted((str(one.direction), one.content) for one in page.messages) == [
        ("incoming", "Buenas, quiero reservar una mesa para hoy"),
        ("outgoing", "¡Claro! ¿Para cuántas personas?"),
    ]
