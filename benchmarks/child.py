"""A Python program that ends with the benchmark that started it, however that ends (on Linux).

python -m benchmarks.child PARENT ARGUMENT…
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1


class Running(NamedTuple):
    """A program that has begun, and what it said first."""

    pid: int
    said: str


@contextmanager
def running(*arguments: str, stderr: int | None = None, **environment: str) -> Iterator[Running]:
    """Run a program of this interpreter from its first line on, and stop it afterwards."""
    with subprocess.Popen(  # noqa: S603 (our own program)
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=os.environ | environment,
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101 (for the type checker)
            yield Running(process.pid, process.stdout.readline().strip())
        finally:
            process.terminate()


def command(*arguments: str) -> list[str]:
    """Return the command of this interpreter with these arguments, as a child of this process."""
    return [sys.executable, "-m", "benchmarks.child", str(os.getpid()), *arguments]


def main(parent: str, *arguments: str) -> None:
    """Become that program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit("The benchmark has ended.")
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (this interpreter)


if __name__ == "__main__":
    main(*sys.argv[1:])
