"""The programs that the pages show run as they stand there, twice, on an embedded server."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PROGRAM = re.compile(r"```python\n(.*?asyncio\.run\(main\(\)\)\n)```", re.DOTALL)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A folder that the server's account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="messagestore-examples-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        (
            "README.md",
            [
                "incoming delivered Are you open on Sunday?",
                "outgoing sent Yes, from ten to four.",
                "total=2",
            ],
        ),
        ("docs/tutorial/first-conversation.md", ["stored: "]),
    ],
)
def test_a_program_of_a_page_does_what_the_page_says(
    page: str, printed: list[str], data_dir: Path
) -> None:
    (program,) = _PROGRAM.findall((ROOT / page).read_text(encoding="utf-8"))
    environment = os.environ | {"MESSAGESTORE_DATA_DIR": str(data_dir)}
    environment.pop("MESSAGESTORE_DATABASE_URL", None)
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert [text for text in printed if text not in run.stdout] == []
