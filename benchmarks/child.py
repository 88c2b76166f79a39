"""A Python program that ends with the benchmark that started it, however that ends (on Linux).

python -m benchmarks.child PARENT ARGUMENT…
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


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
