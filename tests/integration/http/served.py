"""A real `messagestore serve` in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx

from messagestore import Settings

TIMEOUT = 60


@dataclass(frozen=True)
class Served:
    """A service that runs, and its URL."""

    process: "subprocess.Popen[str]"
    url: str

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=TIMEOUT)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and its log."""
        _, log = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, log


@contextmanager
def served(settings: Settings, *options: str, **environment: str) -> Iterator[Served]:
    """Run the service until the block ends, and kill what is left of it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "messagestore", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ
        | {
            "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
            "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
            "MESSAGESTORE_SEARCH_UPKEEP_SECONDS": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONUNBUFFERED": "1",
        }
        | environment,
    )
    assert process.stdout is not None
    try:
        yield Served(process, process.stdout.readline().strip())
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its workers hold the pipes, too
        process.communicate()
