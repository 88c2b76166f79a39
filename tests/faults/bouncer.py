"""A pgbouncer of one's own, on a Unix socket, before a server."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from messagestore.database.embedded.configuration import ROLE
from messagestore.database.embedded.postmaster import PORT
from tests.faults.victim import Victim, eventually

SERVER_CONNECTIONS = 4

_CONFIGURATION = """\
[databases]
* = host={server} port={port} user={role}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
logfile = {folder}/log
ignore_startup_parameters = {ignored}
"""


def version(program: str) -> tuple[int, ...]:
    """Return its version, such as (1, 18, 0)."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+(\.\d+)+", said.stdout)
    assert found is not None, said.stdout
    return tuple(map(int, found[0].split(".")))


@contextmanager
def bouncing(program: str, victim: Victim, folder: Path, *, ignored: str = "") -> Iterator[Path]:
    """Run it in transaction mode, as the server's account; give the folder of its socket.

    Parameters that are `ignored` are left out of what a client asks for, and others are refused.
    """
    victim.give(folder)
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        _CONFIGURATION.format(
            server=victim.socket_dir,
            port=PORT,
            role=ROLE,
            folder=folder,
            connections=SERVER_CONNECTIONS,
            ignored=ignored,
        )
    )
    user = victim.account
    process = subprocess.Popen(
        [program, "--quiet", str(configuration)],
        cwd="/",
        user=user.uid if user.switched else None,
        group=user.gid if user.switched else None,
        extra_groups=[] if user.switched else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually((folder / f".s.PGSQL.{PORT}").exists)
        yield folder
    finally:
        process.kill()
        process.wait()
