"""Starting the server's main process, and waiting until it takes connections."""

import os
import time
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import Binaries
from messagestore.database.embedded.owned import open_owned
from messagestore.database.embedded.postmaster import PAUSE, Postmaster, is_server
from messagestore.errors import EmbeddedServerError

_LOG_LIMIT = 10 * 1024 * 1024
_TAIL_BYTES = 4096
_TAIL_LINES = 8
_SHELL_TIME = 60.0

# The shell ends at once, so the server is nobody's child: it never becomes our zombie. Paths are
# arguments, not text of the script (pg_ctl puts them into a script, where `$` and `"` break them).
_SCRIPT = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
# Backends of a killed postmaster, which end by themselves at their next look around.
_BACKENDS_LINGER = "pre-existing shared memory block"


def launch(
    binaries: Binaries, account: Account, cluster: Path, log: Path, *, deadline: float
) -> Postmaster:
    """Start a server on the cluster and return it when it is ready.

    Raises EmbeddedServerError with the end of the log when it dies, or is not ready in time.
    """
    _prepare_log(log, account)
    while True:
        position = log.stat().st_size
        argv = [binaries.program("postgres"), "-D", str(cluster)]
        result = account.run(["/bin/sh", "-c", _SCRIPT, "sh", str(log), *argv], timeout=_SHELL_TIME)
        ready = await_ready(cluster, log, deadline=deadline, pid=int(result.stdout))
        # Somebody who was killed may have launched one at the very same time, and it was first.
        if ready is None and (other := Postmaster.find_running(cluster)) is not None:
            ready = await_ready(cluster, log, deadline=deadline, pid=other.pid)
        if ready is not None:
            return ready
        if _BACKENDS_LINGER not in _tail(log, position) or time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"The server on {cluster} did not start; the end of {log} says why: "
                f"{_tail(log, position)}"
            )
        time.sleep(PAUSE)


def await_ready(cluster: Path, log: Path, *, deadline: float, pid: int) -> Postmaster | None:
    """Wait until the server of that pid is ready; return None when it has ended."""
    while True:
        found = Postmaster.read(cluster)
        ours = found if found is not None and found.pid == pid else None
        if ours is not None and ours.is_ready:
            return ours
        if not is_server(pid, cluster) and (ours is None or not ours.answers()):
            return None
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"The server on {cluster} (process {pid}) is not ready yet and goes on starting: "
                f"try again later or with a longer start_timeout; the end of {log}: {_tail(log)}"
            )
        time.sleep(PAUSE)


def _prepare_log(log: Path, account: Account) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))
    os.close(open_owned(log, account, os.O_WRONLY))


def _tail(log: Path, position: int = 0) -> str:
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(position, size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return " | ".join(lines[-_TAIL_LINES:])
