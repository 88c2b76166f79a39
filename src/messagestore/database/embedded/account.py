"""The system account that the server's processes run as."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from messagestore.errors import EmbeddedServerError

if sys.platform != "win32":
    import pwd

_SYSTEM_USER = "messagestore"
_FALLBACK_USER = "postgres"
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this system; `switched` says that we are root and have to become it."""

    uid: int
    gid: int
    name: str
    switched: bool

    @classmethod
    def of_owner(cls, path: Path) -> Self:
        """Return the account that owns a path."""
        return cls._of(path.stat().st_uid)

    @classmethod
    def choose(cls, data_dir: Path, cluster: Path) -> Self:
        """Choose who runs the server: PostgreSQL refuses root, and wants to own its data.

        Everybody is themselves. Root takes the owner of what is there already, so that
        `sudo messagestore` does not lock a user out, and else the system user.
        """
        owner = next((p.stat().st_uid for p in (cluster, data_dir) if p.exists()), 0)
        if os.geteuid() != 0:
            if cluster.exists() and owner != os.geteuid():
                raise EmbeddedServerError(
                    f"The data in {cluster} belongs to {cls._of(owner).name}: run as that user or "
                    "as root, or choose another data_dir."
                )
            return cls._of(os.geteuid())
        return cls._of(owner) if owner else cls._system()

    @classmethod
    def _of(cls, uid: int) -> Self:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise EmbeddedServerError(
                f"The user id {uid} has no name in this system's list of users, and PostgreSQL "
                "needs one: run as a user with a name."
            ) from None
        return cls(uid, entry.pw_gid, entry.pw_name, switched=uid != os.geteuid())

    @classmethod
    def _system(cls) -> Self:
        for name in (_SYSTEM_USER, _FALLBACK_USER):
            uid = _find_uid(name) or (name == _SYSTEM_USER and _create_system_user())
            if uid:
                return cls._of(uid)
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and the user {_SYSTEM_USER} could not be created: "
            f"create it (useradd --system {_SYSTEM_USER}), or do not run as root."
        )

    def run(
        self, argv: list[str], *, timeout: float, feed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, away from our terminal, folder, files and environment.

        The environment stays behind because it would change what is set up (PGDATA, LC_ALL),
        and because a server that outlives us must not carry our secrets.
        """
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        return subprocess.run(  # noqa: S603 (a list without a shell, made here and in this package)
            argv,
            input=feed,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            cwd="/",
            env=environment | {"LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def can_read(self, *paths: str | Path) -> bool:
        """Say whether this account can read all of the paths; of a folder, also enter it."""
        script = 'for p do test -r "$p" && { test ! -d "$p" || test -x "$p"; } || exit 1; done'
        return self._succeeds(["/bin/sh", "-c", script, "sh", *map(str, paths)])

    def can_enter(self, folder: Path) -> bool:
        """Say whether this account can reach what lies in a folder."""
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def can_run(self, program: str) -> bool:
        """Say whether this account can run a program."""
        return self._succeeds([program, "--version"])

    def give(self, descriptor: int) -> None:
        """Make this account the owner of an open file or folder that root has just created."""
        if self.switched:
            os.fchown(descriptor, self.uid, self.gid)

    def _succeeds(self, argv: list[str]) -> bool:
        try:
            return self.run(argv, timeout=30).returncode == 0
        except PermissionError:
            return False


def _find_uid(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def _create_system_user() -> int | None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return None
    options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
    # Another process may hold the lock on the list of users, or create the user meanwhile.
    for _ in range(10):
        subprocess.run(  # noqa: S603 (a list without a shell, and constants)
            [program, *options, _SYSTEM_USER], capture_output=True, check=False, timeout=60
        )
        if (uid := _find_uid(_SYSTEM_USER)) is not None:
            return uid
        time.sleep(0.1)
    return None
