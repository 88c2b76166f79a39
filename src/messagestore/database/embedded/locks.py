"""Who uses the server, counted by locks that the kernel gives back when a process dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.owned import open_owned
from messagestore.errors import EmbeddedServerError

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.02


class UserLocks:
    """Two locked files: `change.lock` while starting or stopping, `users.lock` while using.

    A single file would not do: flock lets go of a shared lock before it takes the exclusive
    one, so that two leavers could both believe to be the last, or neither.
    """

    def __init__(self, folder: Path, account: Account) -> None:
        self._change_file = folder / "change.lock"
        self._users_file = folder / "users.lock"
        self._account = account
        self._users: int | None = None
        self._joined_in = 0

    @contextmanager
    def changing(self, *, timeout: float) -> Iterator[None]:
        """Be the only process that starts or stops, after at most `timeout` seconds."""
        descriptor = open_owned(self._change_file, self._account)
        try:
            self._wait_for(descriptor, time.monotonic() + timeout)
            yield
        finally:
            os.close(descriptor)

    @property
    def joined(self) -> bool:
        """Whether this object counts as a user; in a forked child it does not."""
        return self._users is not None and self._joined_in == os.getpid()

    def join(self) -> None:
        """Count as a user from now on. Only inside `changing`, so nobody holds it exclusively."""
        if not self.joined:
            self.forget()
            descriptor = open_owned(self._users_file, self._account)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._users, self._joined_in = descriptor, os.getpid()

    def leave(self) -> bool:
        """Stop to count as a user, and say whether no other is left. Only inside `changing`."""
        if self._users is None or not self.joined:
            self.forget()
            return False
        # Unlocking, unlike closing, also lets go of what forked children have inherited.
        fcntl.flock(self._users, fcntl.LOCK_UN)
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            self.forget()
        return True

    def forget(self) -> None:
        """Close our descriptor. A forked child's does not touch its parent's lock."""
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def _wait_for(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(
                        f"Another process has been starting or stopping the server for too long "
                        f"(it holds {self._change_file}): wait for it, or end it."
                    ) from None
            time.sleep(_PAUSE)
