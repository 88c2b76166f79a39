"""The folders around PostgreSQL's data."""

import hashlib
import time
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.owned import private_folder
from messagestore.database.embedded.postmaster import PAUSE, SOCKET_NAME
from messagestore.errors import EmbeddedServerError

# A socket's path has 108 bytes with the closing zero on Linux, 104 on macOS: the same rule for all.
_LONGEST_SOCKET_PATH = 103
# Not TMPDIR: it differs between a user's processes, and is long itself on macOS.
_SHORT_PLACE = Path("/tmp")  # noqa: S108 (the folder in it is 0700, and its owner is checked)
_CREATION_TIME = 1.0


def make_data_dir(data_dir: Path, account: Account) -> None:
    """Create the data folder. One that exists already stays as it is, its mode included."""
    if "\n" in str(data_dir):
        raise EmbeddedServerError("A data_dir cannot hold a line feed: choose another.")
    try:
        data_dir.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        if data_dir.is_dir():
            return
        raise
    if account.switched:
        data_dir.chmod(0o711)  # the account passes through it to what belongs to it


def require_reachable(data_dir: Path, account: Account) -> None:
    """Make sure that the account can pass through the data folder, or name what is in its way."""
    if not account.switched:
        return
    # Another process may be between creating the folder and opening it.
    deadline = time.monotonic() + _CREATION_TIME
    while not account.can_enter(data_dir):
        if time.monotonic() > deadline:
            folders = (*reversed(data_dir.parents), data_dir)
            path = next((p for p in folders if not account.can_enter(p)), data_dir)
            raise EmbeddedServerError(
                f"The server runs as the user {account.name}, who may not enter {path}: allow it "
                f"(chmod o+x {path}), choose another data_dir, or do not run as root."
            )
        time.sleep(PAUSE)


def socket_folder(data_dir: Path, account: Account) -> Path:
    """Make the socket's folder, in `data_dir` when its path fits, and else below /tmp.

    Only the server's account and root can enter it.
    """
    inside = data_dir / "socket"
    if len(bytes(inside / SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
        return private_folder(inside, account)
    digest = hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
    return private_folder(_SHORT_PLACE / f"messagestore-{account.uid}-{digest}", account)
