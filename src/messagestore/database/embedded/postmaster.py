"""The server's main process, as the file `postmaster.pid` tells of it."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from messagestore.errors import EmbeddedServerError

PORT = 5432
"""Only a part of the socket's name: the server does not listen on it."""
SOCKET_NAME = f".s.PGSQL.{PORT}"

PAUSE = 0.02
"""Seconds between two looks at a state that somebody else changes."""

_PROCESSES = Path("/proc/self")
_PID_LINE, _START_LINE, _SOCKET_LINE, _STATE_LINE = 0, 2, 4, 7
_IMMEDIATE_TIMEOUT = 10.0
# For a moment within exec, too, a process has no command line.
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server that was started on a cluster; it may have died since."""

    cluster: Path
    pid: int
    started_at: datetime
    socket_dir: Path | None
    state: str
    """PostgreSQL's word: starting, ready, stopping or standby."""

    @classmethod
    def read(cls, cluster: Path) -> Self | None:
        """Read postmaster.pid, of which a starting server has written a part at first."""
        try:
            lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
            lines += [""] * (_STATE_LINE + 1 - len(lines))
            return cls(
                cluster,
                abs(int(lines[_PID_LINE])),
                datetime.fromtimestamp(int(lines[_START_LINE] or 0), UTC),
                Path(lines[_SOCKET_LINE]) if lines[_SOCKET_LINE] else None,
                lines[_STATE_LINE].strip() or "starting",
            )
        except (FileNotFoundError, ValueError):
            return None

    @classmethod
    def find_running(cls, cluster: Path) -> Self | None:
        """Return the server that runs on a cluster now."""
        found = cls.read(cluster)
        return found if found is not None and (found.is_process() or found.answers()) else None

    @property
    def is_ready(self) -> bool:
        """Whether it said that it takes connections."""
        return self.state in {"ready", "standby"}

    def is_process(self) -> bool:
        """Say whether the pid is a server on this cluster, and not somebody else's by now."""
        return is_server(self.pid, self.cluster)

    def answers(self) -> bool:
        """Say whether the socket has a listener, be it in another container with another pid."""
        if self.socket_dir is None:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(str(self.socket_dir / SOCKET_NAME))
            except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
                return False
            except OSError:
                return True  # it is there, and busy
        return True

    def has_socket(self) -> bool:
        """Say whether the socket is where this process can see it."""
        return self.socket_dir is not None and (self.socket_dir / SOCKET_NAME).is_socket()

    def stop(self, *, timeout: float) -> None:
        """Shut down fast: open transactions are rolled back. When that hangs, at once.

        Raises EmbeddedServerError when the server is out of reach or does not end.
        """
        if not self.is_process():
            raise EmbeddedServerError(
                f"The server on {self.cluster} runs in another container: stop it there."
            )
        for signal_number, seconds in (
            (signal.SIGINT, timeout),
            (signal.SIGQUIT, _IMMEDIATE_TIMEOUT),
        ):
            os.kill(self.pid, signal_number)
            if self._ends_within(seconds):
                return
        raise EmbeddedServerError(
            f"The server on {self.cluster} (process {self.pid}) does not stop: end it yourself."
        )

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_process():
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True


def is_server(pid: int, cluster: Path) -> bool:
    """Say whether a process is a server on a cluster, by its command line.

    Everybody can see that of a process: /proc/…/cwd is closed even to root in a container
    without the right to trace. A zombie has none, which is as well.
    """
    return f"postgres -D {cluster} " in f"{_command_line(pid)} "


def clear_stale(cluster: Path, socket_dir: Path) -> None:
    """Remove the files of a dead server whose pid is another process's by now, or a zombie's.

    PostgreSQL would take it for a server and refuse to start; all other remains it clears away
    itself. Only for a cluster on which nothing runs. Backends that are still alive are noticed
    without these files: the key of their shared memory comes from the folder.
    """
    for path in (cluster / "postmaster.pid", socket_dir / f"{SOCKET_NAME}.lock"):
        with suppress(FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
            pid = abs(int(path.read_text().split("\n", 1)[0]))
            os.kill(pid, 0)
            # Somebody who was killed may have launched a server that has just written the file.
            if not is_server(pid, cluster):
                path.unlink()


def _command_line(pid: int) -> str:
    """Return the command line, empty for a zombie or when there is no such process."""
    if not _PROCESSES.exists():
        argv = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout  # noqa: S603 (constants and a number)
    for _ in range(_LOOKS):
        try:
            text = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            break
        if text:
            return text.replace(b"\0", b" ").decode(errors="replace")
        time.sleep(PAUSE)
    return ""
