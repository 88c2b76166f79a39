"""The page docs/howto/whatsapp-cloud.md does what it says, command by command."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from messagestore import Settings
from tests.integration.http.served import served

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "whatsapp-cloud.md"
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_EXPORT = re.compile(r"export (\w+)='([^']*)'")


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="the page uses curl and openssl"
)
def test_from_the_first_command_to_the_conversation(settings: Settings) -> None:
    start, deliver, look, answer = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert start.rstrip().endswith("messagestore serve")
    with served(settings, **dict(_EXPORT.findall(start))) as service:

        def run(block: str) -> str:
            command = f'messagestore() {{ {shlex.quote(sys.executable)} -m messagestore "$@"; }}\n'
            done = subprocess.run(
                ["sh", "-ec", command + block.replace("http://127.0.0.1:8080", service.url)],
                env=os.environ
                | {
                    "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
                    "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
                capture_output=True,
                text=True,
                check=True,
            )
            return done.stdout

        assert run(deliver) == '{"events":{"stored":1}}'
        assert run(deliver) == '{"events":{"duplicate":1}}'
        assert "Are you open on Sunday?" in run(look)
        assert '"outcome":"stored"' in run(answer)
        assert "Yes, from ten to four." in run(look)
