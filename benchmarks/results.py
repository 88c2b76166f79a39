"""What a benchmark measured, with the machine it ran on: `benchmarks/results/<name>.json`."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).with_name("results")

BUSY_BEFORE, BUSY_AFTER = 0.5, 1.5
"""Load a processor from which on figures are not to be relied on; a benchmark makes one itself."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where a benchmark ran, and how busy that was before."""

    processors: int
    memory_bytes: int
    load: float
    """Processes that wanted to run, on average over the minute before."""
    load_after: float = 0.0
    """The same over its last minute, the benchmark's own included."""
    python: str
    postgresql: str

    @classmethod
    def now(cls, postgresql: str) -> "Machine":
        """Describe this one, with the version of the server that is measured."""
        return cls(
            processors=os.cpu_count() or 1,
            memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            load=_load(),
            python=platform.python_version(),
            postgresql=postgresql,
        )

    @property
    def busy(self) -> bool:
        """Whether others were at work on it."""
        many = self.processors
        return self.load > BUSY_BEFORE * many or self.load_after > BUSY_AFTER * many


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    name: str
    at: datetime
    machine: Machine
    rows: int
    """Messages in the tables."""
    figures: dict[str, Any]

    def save(self) -> None:
        """Write the file, once the run is over."""
        FOLDER.mkdir(exist_ok=True)
        machine = msgspec.structs.replace(self.machine, load_after=_load())
        result = msgspec.structs.replace(self, machine=machine)
        text = msgspec.json.format(msgspec.json.encode(result), indent=2)
        (FOLDER / f"{self.name}.json").write_bytes(text + b"\n")


def now() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def saved() -> dict[str, Result]:
    """Return all results that there are, by name."""
    decode = msgspec.json.Decoder(Result).decode
    results = (decode(path.read_bytes()) for path in sorted(FOLDER.glob("*.json")))
    return {result.name: result for result in results}


def _load() -> float:
    return round(os.getloadavg()[0], 2)
