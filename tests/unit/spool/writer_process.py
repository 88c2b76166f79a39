"""Appends and deletes as fast as it can, and says what was acknowledged.

    python -m tests.unit.spool.writer_process FOLDER [FULL|NORMAL]

Lines: `a TIME IDS` appended, `d? TIME IDS` about to be deleted, `d TIME IDS` deleted, `e TIME` the
end. The time is in nanoseconds of the machine's monotonic clock.
"""

import os
import random
import sys
import time
from pathlib import Path

from messagestore.errors import SpoolError
from messagestore.logger.spool import NewEntry, Spool
from tests.unit.spool.helpers import payload_of


def main(folder: Path, synchronous: str) -> None:
    spool = Spool.open(folder, ballast_bytes=16 << 20)
    spool._keeper.run(lambda store: store.connection.pragma("synchronous", synchronous))
    chance = random.Random(os.getpid())  # noqa: S311 (no secret)
    last = 0
    try:
        while True:
            count = chance.choice((1, 1, 1, 10, 100))
            ids = spool.append([NewEntry(payload_of(last + place + 1)) for place in range(count)])
            last = ids[-1]
            say("a", ids)
            if chance.random() < 0.1:
                delivered = [entry.id for entry in spool.read(20, 1 << 20)]
                say("d?", delivered)
                spool.delete(delivered)
                say("d", delivered)
    except SpoolError:
        say("e", [])


def say(kind: str, ids: list[int]) -> None:
    sys.stdout.write(" ".join(map(str, (kind, time.monotonic_ns(), *ids))) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3] or ["FULL"])
