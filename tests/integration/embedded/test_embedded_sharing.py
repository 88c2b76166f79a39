import os
import subprocess
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from tests.integration.embedded.processes import (
    AS_ROOT,
    FAST,
    finish,
    kill,
    psql,
    use,
    wait_until_ready,
)


def test_the_first_starts_it_and_the_last_stops_it(data_dir: Path) -> None:
    first, second = (EmbeddedServer(data_dir, extra_settings=FAST) for _ in range(2))
    first.start()
    pid = first.status().pid
    second.start()
    second.start()
    assert second.status().pid == pid
    first.close()
    assert psql(second, "SELECT 1") == "1"
    second.close()
    assert not second.is_running()
    second.close()


def test_other_processes_count(data_dir: Path) -> None:
    other = use(data_dir, "hold")
    wait_until_ready(other)
    with EmbeddedServer(data_dir) as server:
        pid = server.status().pid
    assert server.status().pid == pid
    finish(other)
    assert not server.is_running()


def test_sixteen_processes_race(new_dir: Path) -> None:
    for process in [use(new_dir, "race") for _ in range(16)]:
        finish(process)
    server = EmbeddedServer(new_dir)
    assert not server.is_running()
    log = server.status().log_file.read_text()
    assert log.count("ready to accept connections") == log.count("database system is shut down")
    # The last one's connection is closed, but on a busy machine the server may not have noticed it
    # when it is stopped. Who is still at work fails, and so does the test, at `finish`.
    assert "FATAL" not in log.replace("FATAL:  terminating connection due to administrator", "")
    assert "not properly shut down" not in log


def test_a_killed_user_does_not_count(data_dir: Path) -> None:
    other = use(data_dir, "hold")
    wait_until_ready(other)
    server = EmbeddedServer(data_dir)
    server.start()
    kill(other)
    server.close()
    assert not server.is_running()


def test_the_server_of_a_killed_last_user_is_found_and_stopped(data_dir: Path) -> None:
    other = use(data_dir, "hold")
    wait_until_ready(other)
    kill(other)
    server = EmbeddedServer(data_dir)
    pid = server.status().pid
    assert pid is not None
    with server:
        assert server.status().pid == pid
    assert not server.is_running()


def test_a_kept_server_goes_on_until_it_is_stopped(data_dir: Path) -> None:
    finish(use(data_dir, "keep"))
    with EmbeddedServer(data_dir) as server:
        assert server.status().kept
    assert server.is_running()
    server.stop()
    assert not server.is_running()
    assert not server.status().kept
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        pass
    assert not server.is_running()


def test_stopping_does_not_ask_the_others(data_dir: Path) -> None:
    other = use(data_dir, "hold")
    wait_until_ready(other)
    server = EmbeddedServer(data_dir)
    server.stop()
    assert not server.is_running()
    finish(other)
    with server:
        assert psql(server, "SELECT 1") == "1"


def test_a_forked_child_neither_leaves_for_its_parent_nor_stays_for_it(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, extra_settings=FAST)
    server.start()
    leave, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        server.close()
        os.write(leave[1], b".")
        os.read(go[0], 1)
        os._exit(0)
    os.read(leave[0], 1)
    assert server.is_running()
    server.close()
    assert not server.is_running()
    os.write(go[1], b".")
    assert os.waitpid(child, 0)[1] == 0
    for descriptor in (*leave, *go):
        os.close(descriptor)


def test_another_container_joins_it_and_cannot_stop_it(data_dir: Path) -> None:
    """Two servers on one folder would destroy its data; a pid says nothing across namespaces."""
    apart = ["unshare", "--pid", "--fork", "--mount-proc"]
    if not AS_ROOT or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("it takes the right to make a namespace")
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        pid = server.status().pid
        finish(use(data_dir, "race", through=apart))
        said = finish(use(data_dir, "stop", through=apart), fails=True)
        assert "runs in another container: stop it there" in said
        assert server.status().pid == pid
