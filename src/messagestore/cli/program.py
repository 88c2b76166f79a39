"""What to type to run this program again, as it was run."""

import shlex
import shutil
import sys
from pathlib import Path

from messagestore.cli.session import Session


def program(session: Session) -> str:
    """Return the beginning of a command that finds the same store, for the user's shell."""
    words = [*_called_as(Path(sys.argv[0]))]
    if session.database_url is not None:
        words += ["--database-url", session.database_url]
    if session.data_dir is not None:
        words += ["--data-dir", str(session.data_dir)]
    return shlex.join(words)


def _called_as(script: Path) -> list[str]:
    if script.name == "__main__.py":
        return [sys.executable, "-m", "messagestore"]
    # A script that the shell found by its name knows itself by its path only.
    found = shutil.which(script.name)
    return [script.name if found and Path(found) == script else str(script)]
