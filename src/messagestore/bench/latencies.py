"""Latencies: their distribution, in milliseconds."""

import statistics
from collections.abc import Sequence

import msgspec


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, often; in milliseconds."""

    p50: float
    p95: float
    p99: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latencies":
        """Sum up measured times."""
        points = statistics.quantiles(seconds, n=100, method="inclusive")
        p50, p95, p99 = (round(1000 * points[place - 1], 3) for place in (50, 95, 99))
        return cls(p50=p50, p95=p95, p99=p99, count=len(seconds))
