"""The page docs/howto/whatsapp-cloud.md does what it says, command by command."""

from messagestore import Settings
from tests.acceptance.pages import commands, exports, run_commands
from tests.integration.http.served import served
from tests.programs import required


def test_from_the_first_command_to_the_conversation(settings: Settings) -> None:
    required("curl")
    required("openssl")
    start, deliver, look, answer = commands("howto/whatsapp-cloud.md")
    assert start.rstrip().endswith("messagestore serve")
    with served(settings, **exports(start)) as service:

        def run(block: str) -> str:
            return run_commands(block, settings, service.url)

        assert run(deliver) == '{"events":{"stored":1}}'
        assert run(deliver) == '{"events":{"duplicate":1}}'
        assert "Are you open on Sunday?" in run(look)
        assert '"outcome":"stored"' in run(answer)
        assert "Yes, from ten to four." in run(look)
