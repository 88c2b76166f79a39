"""The folder of the spool files: nobody else may look into it."""

import os
from contextlib import suppress
from pathlib import Path

from messagestore.errors import SpoolUnavailable
from messagestore.logger.spool.faults import translated


def private_folder(path: Path) -> Path:
    """Make a folder with mode 0700, or make sure that it is one. Raises SpoolUnavailable."""
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            sync_folder(path.parent)
        found = path.stat(follow_symlinks=False)
    if found.st_uid != os.geteuid() or found.st_mode & 0o077 or not path.is_dir():
        raise SpoolUnavailable(
            f"The folder {path} must belong to the bot's user alone, with mode 0700."
        )
    return path


def sync_folder(path: Path) -> None:
    """Bring the names in a folder onto the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
