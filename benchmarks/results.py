"""What a benchmark measured, with the machine it ran on: `benchmarks/results/<name>.json`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from messagestore.bench.machine import Machine

FOLDER = Path(__file__).with_name("results")


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
        machine = self.machine.afterwards()
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
