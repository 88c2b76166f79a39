"""The commands that pages show for the service, as they stand there."""

import pytest

from messagestore import Settings
from tests.acceptance.pages import SERVICE, commands, exports, run_commands
from tests.integration.http.served import served
from tests.programs import required


@pytest.mark.parametrize(
    ("page", "conversation"),
    [("howto/telegram.md", "5200000001"), ("howto/discord.md", "1180000000000000011")],
)
def test_what_a_bot_forwards_is_stored(page: str, conversation: str, settings: Settings) -> None:
    required("curl")
    (start,) = commands(page, "messagestore serve")
    (forward,) = commands(page, f"curl {SERVICE}/webhooks/")
    with served(settings, **exports(start)) as service:
        assert run_commands(forward, settings, service.url) == '{"events":{"stored":1}}'
    history = run_commands(f"messagestore history {conversation} --json", settings, "")
    assert '"hello"' in history


def test_the_service_is_tried(settings: Settings) -> None:
    required("curl")
    (ask,) = commands("howto/serve.md", "messagestore token create")
    (log,) = commands("reference/http.md", '"message_id": "shop-1"')
    with served(settings) as service:
        assert '"total":0' in run_commands(ask, settings, service.url)
        made = "TOKEN=$(messagestore token create shop --scope read --scope write)\n"
        told = run_commands(made + log, settings, service.url)
    assert '"outcome":"stored"' in told
    assert told.count("Are you open on Sunday?") == 2
