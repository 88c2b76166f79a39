"""Keeps the server of a benchmark while that runs, and removes what it made: see `place.py`.

    python -m benchmarks.keeper [DATA_DIR]

It reads a pipe whose other end the benchmark alone holds, and which the system closes however that
ends, by `kill -9` too. Prints the folder that is removed when it ends. The server's data is in it,
unless a folder that stays is named.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from messagestore.database.embedded import EmbeddedServer
from messagestore.database.embedded.replicas import stop_replicas

DATA = "data"
"""The name in the folder."""


def keep(data_dir: Path | None) -> None:
    """Use the server, as the last one perhaps, until the input ends."""
    folder = Path(tempfile.mkdtemp(prefix="messagestore-bench-"))
    folder.chmod(0o755)  # the server's account passes through it
    try:
        with EmbeddedServer(data_dir or folder / DATA) as server:
            print(folder, flush=True)
            sys.stdin.read()
            if data_dir is None:
                stop_replicas(server)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    keep(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
