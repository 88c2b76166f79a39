"""Runs the programs and the commands that a page shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from messagestore import Settings

ROOT = Path(__file__).parents[2]
_PROGRAM = re.compile(r"```python\n(.*?)```", re.DOTALL)
_COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_EXPORT = re.compile(r"export (\w+)='([^']*)'")
SERVICE = "http://127.0.0.1:8080"


def programs(page: str) -> list[str]:
    """Return the programs in Python of a how-to, as they stand there."""
    return _PROGRAM.findall((ROOT / "docs" / "howto" / page).read_text(encoding="utf-8"))


def commands(page: str, containing: str = "") -> list[str]:
    """Return the blocks of commands of a page of the documentation that have these words."""
    blocks = _COMMANDS.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    return [block for block in blocks if containing in block]


def exports(block: str) -> dict[str, str]:
    """Return the variables that a block exports."""
    return dict(_EXPORT.findall(block))


def run_commands(block: str, settings: Settings, url: str) -> str:
    """Run a block as it stands there, but for the service's URL, and return what it printed."""
    command = f'messagestore() {{ {shlex.quote(sys.executable)} -m messagestore "$@"; }}\n'
    done = subprocess.run(
        ["sh", "-ec", command + block.replace(SERVICE, url)],
        env=environment(str(settings.database_url), settings.spool_folder)
        | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def environment(database_url: str, spool_dir: Path) -> dict[str, str]:
    """Return the environment of a process that uses the test's database."""
    known = {key: os.environ[key] for key in os.environ if not key.startswith("MESSAGESTORE_")}
    return known | {
        "MESSAGESTORE_DATABASE_URL": database_url,
        "MESSAGESTORE_SPOOL_DIR": str(spool_dir),
    }


def run(environment: dict[str, str], *arguments: str) -> str:
    """Run Python with these arguments, and return what it printed."""
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
