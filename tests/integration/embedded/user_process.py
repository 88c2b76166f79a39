"""A process that uses the server: `hold` till its input ends, `keep`, `stop` or `race` for it."""

import os
import subprocess
import sys
from pathlib import Path

from messagestore.database.embedded import EmbeddedServer


def hold(server: EmbeddedServer) -> None:
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.close()


def keep(server: EmbeddedServer) -> None:
    server.start(keep=True)
    server.close()


def stop(server: EmbeddedServer) -> None:
    server.stop()


def race(server: EmbeddedServer) -> None:
    for _ in range(2):
        with server:
            argv = [*server.psql_command(), "-XAtc", "SELECT 1"]
            subprocess.run(argv, check=True, capture_output=True, timeout=60)


def become(uid: int) -> None:
    """Give up root only here, for an ordinary user may be unable to read Python itself."""
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


if __name__ == "__main__":
    embedded = EmbeddedServer(Path(sys.argv[1]), extra_settings={"fsync": "off"})
    if len(sys.argv) > 3:
        embedded.is_running()  # which imports all that there is
        become(int(sys.argv[3]))
    {"hold": hold, "keep": keep, "stop": stop, "race": race}[sys.argv[2]](embedded)
