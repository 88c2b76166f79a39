import os
import stat
import time
from pathlib import Path

import asyncpg
import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.database.embedded.sizing import settings_for_machine
from messagestore.errors import EmbeddedServerError
from messagestore.settings import Settings
from tests.integration.embedded.processes import FAST, finish, processes_on, psql, use


async def test_a_new_server_takes_connections_and_ends_with_its_user(new_dir: Path) -> None:
    with EmbeddedServer(new_dir, extra_settings=FAST) as server:
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("SELECT current_database()") == "messagestore"
        await connection.close()
    assert not server.is_running()
    assert not processes_on(new_dir)


def test_its_url_is_a_valid_setting_and_stands_above_pgport(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    assert Settings.load(database_url=server.url()).database_url == server.url()
    assert psql(server, "SELECT 1") == "1"
    assert "/odd%20name?" in server.url("odd name")


def test_a_server_that_does_not_run_has_no_url(new_dir: Path) -> None:
    server = EmbeddedServer(new_dir)
    assert not server.is_running()
    with pytest.raises(EmbeddedServerError, match="does not run: start it"):
        server.url()
    server.stop()
    assert not new_dir.exists()


def test_starting_again_is_quick(data_dir: Path) -> None:
    began = time.monotonic()
    with EmbeddedServer(data_dir, extra_settings=FAST):
        assert time.monotonic() - began < 3.0


def test_its_settings(server: EmbeddedServer) -> None:
    expected = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "TimeZone": "UTC",
        "data_checksums": "on",
        "fsync": "off",
    }
    assert {name: psql(server, f"SHOW {name}") for name in expected} == expected


def test_it_takes_its_share_of_this_machine(server: EmbeddedServer) -> None:
    expected = settings_for_machine(server.data_dir)
    del expected["max_wal_size"]  # what is free on the disk has changed since
    for name, size in expected.items():
        shown = f"SELECT pg_size_bytes(current_setting('{name}'))"
        assert psql(server, shown) == psql(server, f"SELECT pg_size_bytes('{size}')"), name


def test_only_those_who_may_enter_its_folder_reach_it(server: EmbeddedServer) -> None:
    socket_dir = server.status().socket_dir
    assert socket_dir is not None
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    hba = psql(server, "SELECT DISTINCT type || ' ' || auth_method FROM pg_hba_file_rules")
    assert hba == "local peer"


def test_its_status(server: EmbeddedServer) -> None:
    status = server.status()
    assert status.running
    assert not status.kept
    assert status.state == "ready"
    assert status.version == psql(server, "SHOW server_version")
    assert status.pid is not None
    assert status.uptime is not None
    assert 0 <= status.uptime.total_seconds() < 60
    assert 30_000_000 < status.data_bytes < 100_000_000
    server.stop()
    assert server.status().pid is None
    assert server.status().uptime is None


def test_it_is_apart_from_the_terminal_and_the_environment(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESSAGESTORE_CANARY", "secret")
    monkeypatch.setenv("PGDATA", "/nowhere")
    # It ends, which it would not if the server that stays had inherited its pipes.
    finish(use(data_dir, "keep"))
    pid = EmbeddedServer(data_dir).status().pid
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    assert b"CANARY" not in Path(f"/proc/{pid}/environ").read_bytes()
    files = [str(Path(f"/proc/{pid}/fd/{n}").readlink()) for n in range(3)]
    assert files == ["/dev/null", str(data_dir / "server.log"), str(data_dir / "server.log")]
    others = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()]
    assert not [path for path in others if path.suffix == ".lock"]
    assert Path(f"/proc/{pid}/cwd").readlink() == data_dir / "postgresql-18"


@pytest.mark.parametrize("settings", [{"no_such_setting": "1"}, {"work_mem": "much"}])
def test_a_server_that_does_not_start_says_why(data_dir: Path, settings: dict[str, str]) -> None:
    with pytest.raises(EmbeddedServerError, match=next(iter(settings))):
        EmbeddedServer(data_dir, extra_settings=settings).start()
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        assert server.is_running()


@pytest.mark.parametrize("settings", [{"work_mem = 1": "1"}, {"work_mem": "1\nfsync = off"}])
def test_settings_cannot_smuggle_in_others(data_dir: Path, settings: dict[str, str]) -> None:
    with pytest.raises(EmbeddedServerError, match="correct it"):
        EmbeddedServer(data_dir, extra_settings=settings).start()


def test_quotes_in_a_setting_are_its_own(data_dir: Path) -> None:
    value = 'it\'s a \\ and a "quote"'
    with EmbeddedServer(data_dir, extra_settings={**FAST, "cluster_name": value}) as server:
        assert psql(server, "SHOW cluster_name") == value
