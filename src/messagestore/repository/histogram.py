"""Histogram: how often a figure was how large, in fixed buckets, as Prometheus takes them."""

from bisect import bisect_left

import msgspec

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
ITEMS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Histogram(msgspec.Struct):
    """`buckets[i]` counts what was at most `bounds[i]` and over the one before; the last, the rest.

    It is these few numbers, however much is observed.
    """

    bounds: tuple[float, ...]
    buckets: list[int]
    count: int = 0
    sum: float = 0.0

    @classmethod
    def of(cls, bounds: tuple[float, ...]) -> "Histogram":
        """Return an empty one with these upper bounds, which rise."""
        return cls(bounds, [0] * (len(bounds) + 1))

    @classmethod
    def of_seconds(cls) -> "Histogram":
        """Return an empty one for durations."""
        return cls.of(SECONDS)

    @classmethod
    def of_items(cls) -> "Histogram":
        """Return an empty one for sizes of batches."""
        return cls.of(ITEMS)

    def observe(self, value: float) -> None:
        """Count a figure."""
        self.buckets[bisect_left(self.bounds, value)] += 1
        self.count += 1
        self.sum += value
