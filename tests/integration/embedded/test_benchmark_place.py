"""A benchmark leaves no server, no folder and no process behind, however it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from tests.integration.embedded.processes import eventually
from tests.servers import is_alive

PROGRAM = """
import subprocess
import sys
from pathlib import Path

from benchmarks import child
from benchmarks.place import lasting_place, throwaway_place

kept = sys.argv[1:]
with lasting_place(Path(kept[0])) if kept else throwaway_place() as place:
    sleeping = child.command("-c", "import time; print(flush=True); time.sleep(600)")
    with subprocess.Popen(sleeping, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        print(place.folder, place.server.status().pid, flush=True)
        {ending}
"""
WAITING = PROGRAM.format(ending="process.wait()")
FAILING = PROGRAM.format(ending="process.kill(); sys.exit('by itself')")


def begun(program: str, *arguments: str) -> tuple[subprocess.Popen[str], Path, list[int]]:
    """Start one; return it, its folder, and the processes that have to end with it."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    assert process.stdout is not None
    folder, server = process.stdout.readline().split()
    pids = [int(server), *map(int, children.read_text().split())]
    return process, Path(folder), pids


@pytest.mark.parametrize("killed_by", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_what_ends_a_benchmark_ends_all_that_it_made(killed_by: str) -> None:
    """See it fail: in `place.py`, use the server in this process instead of the keeper's."""
    process, folder, pids = begun(WAITING)
    assert len(pids) == 3, "the server, its keeper and the child"
    assert all(map(is_alive, pids))
    assert folder.is_dir()
    process.send_signal(getattr(signal, killed_by))
    process.communicate(timeout=60)
    assert process.returncode != 0
    eventually(lambda: not any(map(is_alive, pids)))
    assert not folder.exists()


def test_a_benchmark_that_ends_by_itself_waits_until_all_is_gone() -> None:
    process, folder, _ = begun(FAILING)
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert not folder.exists()


def test_a_data_set_that_is_kept_outlasts_a_killed_benchmark_and_its_server_does_not(
    data_dir: Path,
) -> None:
    process, folder, pids = begun(WAITING, str(data_dir))
    process.kill()
    process.communicate(timeout=60)
    eventually(lambda: not any(map(is_alive, pids)))
    assert not folder.exists()
    server = EmbeddedServer(data_dir)
    assert server.status().data_bytes
    assert not server.is_running()
