"""Runs the real command line in a process of its own."""

import json
import os
import pty
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "messagestore"]
TIMEOUT = 60


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def out(self) -> str:
        return self.stdout.decode()

    def json(self) -> list[Any]:
        """Read stdout as JSON Lines, in which every line must be an object."""
        records = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(record, dict) for record in records)
        return records


@dataclass(frozen=True)
class Command:
    """The command line, with the environment and the folder that it is run in."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, stdin: bytes = b"", expect: int = 0) -> Result:
        done = subprocess.run(
            self.argv(*arguments),
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.env(),
            timeout=TIMEOUT,
            check=False,
        )
        result = Result(done.returncode, done.stdout, done.stderr.decode())
        assert result.code == expect, f"exit code {result.code}\n{result.out}\n{result.stderr}"
        assert "--debug" in arguments or "Traceback" not in result.stderr
        return result

    def start(self, *arguments: object, **streams: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.argv(*arguments), cwd=self.folder, env=self.env(), **streams)

    def on_terminal(self, *arguments: object, typed: bytes = b"") -> tuple[int, str]:
        """Run on a terminal, where it is typed as soon as something is asked."""
        ours, theirs = pty.openpty()
        process = self.start(*arguments, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = b""
        try:
            while chunk := _read(ours):
                seen += chunk
                if typed and b"?" in seen:
                    os.write(ours, typed)
                    typed = b""
            return process.wait(TIMEOUT), seen.decode()
        finally:
            process.kill()
            process.wait()
            os.close(ours)

    def argv(self, *arguments: object) -> list[str]:
        return [*COMMAND, *map(str, arguments)]

    def env(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("MESSAGESTORE_")
        }
        quiet = {"COLUMNS": "80", "TERM": "xterm-256color", "NO_COLOR": ""}
        return kept | quiet | self.environment

    def on(self, database_url: str) -> "Command":
        return Command(self.folder, self.environment | {"MESSAGESTORE_DATABASE_URL": database_url})


def _read(terminal: int) -> bytes:
    if not select.select([terminal], [], [], TIMEOUT)[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other side has closed it
        return b""
