"""Runs the programs that a page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROGRAM = re.compile(r"```python\n(.*?)```", re.DOTALL)


def programs(page: str) -> list[str]:
    """Return the programs in Python of a how-to, as they stand there."""
    return _PROGRAM.findall((ROOT / "docs" / "howto" / page).read_text(encoding="utf-8"))


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
