"""Copies of a running server that go on following it: streaming replicas."""

from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.errors import EmbeddedServerError

_COPY_TIMEOUT = 24 * 3600.0


def copy_as_standby(
    pg_basebackup: str, account: Account, source_url: str, target: Path, *, durable: bool = True
) -> None:
    """Copy a server into an empty folder of the account's; started there, it follows that.

    The user of the URL may replicate. Without `durable` nothing is flushed to disk: for tests.
    Raises EmbeddedServerError.
    """
    result = account.run(
        [
            pg_basebackup,
            f"--pgdata={target}",
            f"--dbname={source_url}",
            "--no-password",
            "--write-recovery-conf",
            "--checkpoint=fast",
            *(() if durable else ("--no-sync",)),
        ],
        timeout=_COPY_TIMEOUT,
    )
    if result.returncode != 0:
        raise EmbeddedServerError(
            f"The server could not be copied into {target}; see what pg_basebackup said: "
            f"{result.stderr.strip()[-1000:]}"
        )
