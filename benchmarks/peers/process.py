"""The process of a peer, from the side that measures."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from benchmarks.peers.catalogue import Candidate
from benchmarks.peers.protocol import (
    Answered,
    Failed,
    Read,
    Ready,
    Said,
    Write,
    Written,
    decode,
    encode,
)

_ROOT = Path(__file__).parents[2]


class PeerProcess:
    """A peer that takes turns."""

    def __init__(self, candidate: Candidate, asked: IO[str], answers: IO[str]) -> None:
        self.candidate = candidate
        self._asked = asked
        self._answers = answers
        ready = self._hear()
        if not isinstance(ready, Ready):
            raise self._stop(f"said {encode(ready)}")
        self.versions = ready.versions

    def write(self, turn: Write) -> float:
        """Let it write; return the messages a second."""
        self._say(turn)
        written = self._hear()
        if not isinstance(written, Written):
            raise self._stop(f"said {encode(written)}")
        return (len(turn.texts) - turn.warm) / written.seconds

    def read(self, turn: Read) -> Answered:
        """Let it read."""
        self._say(turn)
        answered = self._hear()
        if not isinstance(answered, Answered):
            raise self._stop(f"said {encode(answered)}")
        return answered

    def _say(self, turn: Said) -> None:
        self._asked.write(encode(turn) + "\n")
        self._asked.flush()

    def _hear(self) -> Said:
        line = self._answers.readline()
        if not line:
            raise self._stop("ended")
        said = decode(line)
        if isinstance(said, Failed):
            raise self._stop(f"failed:\n{said.error}")
        return said

    def _stop(self, why: str) -> SystemExit:
        return SystemExit(f"{self.candidate.name} {why}; see {_log(self.candidate)}")


@contextmanager
def running(candidate: Candidate) -> Iterator[PeerProcess]:
    """Start a peer in its environment, and end it."""
    if not candidate.python.exists():
        raise SystemExit(f"{candidate.name} has no environment: run 'make bench-peers'.")
    candidate.folder.mkdir(parents=True, exist_ok=True)
    command = [str(candidate.python), "-P", "-m", f"benchmarks.peers.{candidate.module}"]
    with (
        _log(candidate).open("w") as log,
        subprocess.Popen(  # noqa: S603 (our own program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=candidate.folder,
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 (for the type checker)
        assert process.stdout is not None  # noqa: S101 (for the type checker)
        try:
            yield PeerProcess(candidate, process.stdin, process.stdout)
        finally:
            process.stdin.close()


def _log(candidate: Candidate) -> Path:
    return candidate.folder / "peer.log"
