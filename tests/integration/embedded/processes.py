"""Processes that use an embedded server, and a look at those that run."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from messagestore.database.embedded import EmbeddedServer

AS_ROOT = os.geteuid() == 0
FAST = {"fsync": "off"}
PROGRAM = Path(__file__).with_name("user_process.py")


def psql(server: EmbeddedServer, sql: str, *, fails: bool = False) -> str:
    """Run SQL in the terminal session that the command line offers."""
    argv = [*server.psql_command(), "-XAtc", sql]
    result = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode != 0) == fails, result.stderr
    return result.stdout.strip() + result.stderr.strip()


def eventually(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def processes_on(folder: Path) -> list[str]:
    """The processes, zombies aside, whose command line names something in the folder."""
    argv = ["ps", "-ewwo", "pid=,args="]
    lines = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if f"{folder}/" in line]


def use(
    data_dir: Path,
    how: str,
    *,
    uid: int | None = None,
    environment: Mapping[str, str] | None = None,
    through: Sequence[str] = (),
) -> subprocess.Popen[str]:
    """Start a process that uses the server in one of the ways of user_process.py."""
    become = [] if uid is None else [str(uid)]
    return subprocess.Popen(
        [*through, sys.executable, str(PROGRAM), str(data_dir), how, *become],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )


def finish(process: subprocess.Popen[str], *, fails: bool = False) -> str:
    """End the process's input, wait for it and return what it said."""
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode != 0) == fails, complaint
    return said + complaint


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", finish(process)


def kill(process: subprocess.Popen[str]) -> None:
    """End it as kill -9 does, and reap it."""
    process.kill()
    process.communicate(timeout=60)
