import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.errors import EmbeddedServerError
from tests.integration.embedded.processes import (
    FAST,
    eventually,
    kill,
    processes_on,
    psql,
    use,
)

CLUSTER = "postgresql-18"


@pytest.fixture
def stranger() -> Iterator[int]:
    """The pid of a process that has nothing to do with PostgreSQL."""
    with subprocess.Popen(["sleep", "300"]) as process:
        yield process.pid
        process.kill()


def crash(server: EmbeddedServer) -> None:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not server.is_running())


def test_a_crashed_server_starts_again_with_what_was_committed(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        psql(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        crash(server)
        server.start()
        assert psql(server, "SELECT answer FROM kept") == "42"
    assert not server.is_running()


def test_busy_backends_of_a_crashed_server_are_waited_for(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        # It looks around only when it has counted, so it outlives its postmaster for a while.
        sql = "SELECT count(*) FROM generate_series(1, 12000000)"
        busy = subprocess.Popen([*server.psql_command(), "-XAtc", sql], stdout=subprocess.DEVNULL)
        eventually(lambda: "active" in psql(server, "SELECT state FROM pg_stat_activity"))
        crash(server)
        server.start()
        assert psql(server, "SELECT 1") == "1"
        busy.wait(timeout=60)


@pytest.mark.parametrize("zombie", [False, True])
def test_a_pid_that_is_another_process_by_now_is_not_believed(
    data_dir: Path, stranger: int, *, zombie: bool
) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        files = (data_dir / CLUSTER / "postmaster.pid", data_dir / "socket/.s.PGSQL.5432.lock")
        texts = [path.read_text() for path in files]
        crash(server)
        for path, text in zip(files, texts, strict=True):
            path.write_text("\n".join([str(stranger), *text.split("\n")[1:]]))
        if zombie:
            os.kill(stranger, signal.SIGKILL)
        assert not server.is_running()
        server.stop()
        server.start()
        assert server.status().pid != stranger
        assert zombie or Path(f"/proc/{stranger}").exists()


def test_a_process_killed_while_it_sets_up_is_made_up_for(new_dir: Path) -> None:
    process = use(new_dir, "hold")
    eventually(lambda: list(new_dir.glob("unfinished-cluster-*/base")))
    kill(process)
    assert not (new_dir / CLUSTER).exists()
    with EmbeddedServer(new_dir, extra_settings=FAST) as server:
        assert psql(server, "SELECT 1") == "1"
    eventually(lambda: not processes_on(new_dir))
    with server:
        assert not list(new_dir.glob("unfinished-cluster-*"))


def test_a_process_killed_while_its_server_starts_is_made_up_for(data_dir: Path) -> None:
    for _ in range(3):
        process = use(data_dir, "hold")
        eventually((data_dir / CLUSTER / "postmaster.pid").exists)
        kill(process)
        with EmbeddedServer(data_dir, extra_settings=FAST) as server:
            assert psql(server, "SELECT 1") == "1"
    assert not server.is_running()


def test_a_start_that_takes_too_long_goes_on_for_the_next(data_dir: Path) -> None:
    impatient = EmbeddedServer(data_dir, extra_settings=FAST, start_timeout=0.0, stop_timeout=60.0)
    with pytest.raises(EmbeddedServerError, match="not ready yet and goes on starting"):
        impatient.start()
    with EmbeddedServer(data_dir) as server:
        assert psql(server, "SELECT 1") == "1"
    assert not server.is_running()


def test_a_server_that_hangs_is_stopped_at_once_in_the_end(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, extra_settings=FAST, stop_timeout=0.0)
    server.start()
    server.stop()
    assert not server.is_running()


def test_data_of_another_version_is_not_passed_over(data_dir: Path) -> None:
    (data_dir / CLUSTER).rename(data_dir / "postgresql-17")
    with pytest.raises(EmbeddedServerError, match="of PostgreSQL 17, and PostgreSQL 18 is"):
        EmbeddedServer(data_dir).start()


def test_a_folder_that_is_not_ours_is_not_written_to(data_dir: Path) -> None:
    shutil.rmtree(data_dir / CLUSTER)
    (data_dir / CLUSTER).mkdir()
    with pytest.raises(EmbeddedServerError, match="holds no PostgreSQL data"):
        EmbeddedServer(data_dir).start()


def test_a_lost_socket_is_told_and_stopping_helps(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        (data_dir / "socket/.s.PGSQL.5432").unlink()
        with pytest.raises(EmbeddedServerError, match="cannot be seen from here"):
            EmbeddedServer(data_dir).start()
        server.stop()
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        assert psql(server, "SELECT 1") == "1"
