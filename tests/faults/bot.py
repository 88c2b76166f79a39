"""A bot in a process of its own, and what it was told to be safe."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from messagestore import Settings
from tests.faults.victim import eventually

PROGRAM = Path(__file__).with_name("bot_process.py")


class Bot:
    """Runs bot_process.py, and collects the ids that it prints; killed at the latest on exit."""

    def __init__(self, settings: Settings, *, deadline: float, grace: float = 10.0) -> None:
        self.acknowledged: list[str] = []
        self.complaint = ""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(PROGRAM)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ
            | {
                "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
                "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
                "MESSAGESTORE_LOG_DEADLINE": str(deadline),
                "MESSAGESTORE_CLOSE_GRACE": str(grace),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self.wait()

    def acknowledges(self, count: int) -> None:
        """Wait until so many further messages were acknowledged."""
        wanted = len(self.acknowledged) + count
        eventually(lambda: len(self.acknowledged) >= wanted or not self._reader.is_alive())
        assert len(self.acknowledged) >= wanted, self.wait()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait(self, *, seconds: float = 20.0) -> str:
        """Wait for its end; return what it complained of."""
        if self._process.returncode is None:
            self._process.wait(seconds)
            self._reader.join()
            assert self._process.stdout is not None
            assert self._process.stderr is not None
            self.complaint = self._process.stderr.read()
            self._process.stdout.close()
            self._process.stderr.close()
        return self.complaint

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # Without its end, a line was cut off by the kill, and nothing was acknowledged.
            if line.endswith("\n"):
                self.acknowledged.append(line.rstrip("\n"))
