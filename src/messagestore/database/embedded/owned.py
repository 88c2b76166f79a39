"""Files and folders that are created for the server's account."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.errors import EmbeddedServerError


def open_owned(path: Path, account: Account, flags: int = os.O_RDWR) -> int:
    """Open a file, and create it for the account when it is missing; never through a symlink."""
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(FileExistsError):
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        account.give(descriptor)
        return descriptor
    return os.open(path, flags)


def write_owned(path: Path, text: str, account: Account) -> None:
    """Write a file in one step, so that no reader sees half; a symlink in its place goes."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        account.give(descriptor)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def private_folder(path: Path, account: Account) -> Path:
    """Create a folder with mode 0700 for the account, or make sure that it is one already.

    In a folder that everybody can write to, such as /tmp, somebody else may have been first:
    then its owner, its mode or a symlink in its place gives it away.
    """
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    descriptor = _open_folder(path)
    try:
        found = os.fstat(descriptor)
        # Root's own: created just now, or by a process that was killed before it gave it away.
        if account.switched and found.st_uid == 0 and not found.st_mode & 0o077:
            account.give(descriptor)
            found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if found.st_uid != account.uid or found.st_mode & 0o077:
        raise EmbeddedServerError(
            f"The folder {path} must belong to {account.name} alone, with mode 0700: remove it, "
            "and start again."
        )
    return path


def _open_folder(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise EmbeddedServerError(
            f"{path} cannot be used as a folder ({error.strerror}): remove it, and start again."
        ) from None
