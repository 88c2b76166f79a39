"""The server's main process, as the file `postmaster.pid` tells of it."""

import os
import signal
import socket
import subprocess
import time
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
    """Remove what a dead server left, when nothing runs on the cluster.

    PostgreSQL does so itself unless the pid is some other process's by now, or a zombie's: then
    it would refuse to start. Its own guard against living backends, the shared memory whose key
    comes from the folder, does not need these files.
    """
    for path in (cluster / "postmaster.pid", socket_dir / f"{SOCKET_NAME}.lock"):
        path.unlink(missing_ok=True)


def _command_line(pid: int) -> str:
    if _PROCESSES.exists():
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return ""
    argv = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout  # noqa: S603
