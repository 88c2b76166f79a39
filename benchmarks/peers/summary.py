"""What the rounds of a peer come to, beside messagestore's own in the same rounds."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from messagestore.bench.latencies import Latencies


@dataclass(kw_only=True)
class Rounds:
    """What was measured of one store, round by round."""

    lone: list[float] = field(default_factory=list)
    """Messages a second by one caller."""
    crowd: list[float] = field(default_factory=list)
    """Messages a second by many."""
    left: list[float] = field(default_factory=list)
    """Seconds a message of the crowd that VACUUM took afterwards."""
    reads: list[list[float]] = field(default_factory=list)
    """Seconds of each question."""

    def without_first(self) -> "Rounds":
        """Leave out the first round, in which everything is done for the first time."""
        return Rounds(
            lone=self.lone[1:], crowd=self.crowd[1:], left=self.left[1:], reads=self.reads[1:]
        )


def summed_up(mine: Rounds, ours: Rounds) -> dict[str, Any]:
    """Return the figures of a peer.

    Ratios are medians of those of the rounds, as a machine that slows down slows a whole round:
    over 1 a peer writes faster than messagestore, and reads more slowly.
    """
    return {
        "lone": _rate(mine.lone, ours.lone),
        "crowd": _rate(mine.crowd, ours.crowd),
        "left_ms_per_1000": round(1e6 * statistics.median(mine.left), 1),
        "last": {
            **_latencies(mine.reads),
            "ratio": _ratio(_medians(mine.reads), _medians(ours.reads)),
        },
    }


def _rate(mine: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    return {"per_second": round(statistics.median(mine)), "ratio": _ratio(mine, ours)}


def _latencies(reads: Sequence[Sequence[float]]) -> dict[str, float]:
    found = Latencies.of([seconds for turn in reads for seconds in turn])
    return {"p50": found.p50, "p95": found.p95, "p99": found.p99, "count": found.count}


def _medians(reads: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(turn) for turn in reads]


def _ratio(mine: Sequence[float], ours: Sequence[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(mine, ours, strict=True)), 3)
