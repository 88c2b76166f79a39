"""Opens a spool when told to by a line, says which and what is in it, and keeps it till the end.

python -m tests.unit.spool.claim_process FOLDER
"""

import sys
from pathlib import Path

from messagestore.logger.spool import NewEntry, Spool


def main(folder: Path) -> None:
    say("ready")
    sys.stdin.readline()
    spool = Spool.open(folder, ballast_bytes=1 << 16)
    say(f"{spool.path} {spool.depth}")
    spool.append([NewEntry(b"mine")])
    say("appended")
    sys.stdin.readline()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
