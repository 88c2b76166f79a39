"""Sets of ids that are mostly contiguous, as ranges."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class IdRanges:
    """A set of positive ids; ranges neither overlap nor touch."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._size = 0
        for first, last in ranges:
            self.add(first, last)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]

    def add(self, first: int, last: int) -> tuple[list[int], tuple[int, int]]:
        """Add all ids from first to last.

        Return the beginnings of the ranges that this swallowed, and the range that holds it now.
        """
        begin = bisect_left(self._lasts, first - 1)
        end = bisect_right(self._firsts, last + 1)
        swallowed = self._firsts[begin:end]
        if swallowed:
            first, last = min(first, swallowed[0]), max(last, self._lasts[end - 1])
        old = zip(swallowed, self._lasts[begin:end], strict=True)
        self._size += last - first + 1 - sum(b - a + 1 for a, b in old)
        self._firsts[begin:end] = [first]
        self._lasts[begin:end] = [last]
        return swallowed, (first, last)

    def gaps(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges between low and high, both included, that are not in the set."""
        place = bisect_left(self._lasts, low)
        while low <= high:
            if place >= len(self._firsts) or self._firsts[place] > high:
                yield low, high
                return
            if low < self._firsts[place]:
                yield low, self._firsts[place] - 1
            low = self._lasts[place] + 1
            place += 1

    def count_missing(self, low: int, high: int) -> int:
        """Return how many ids between low and high, both included, are not in the set."""
        return sum(last - first + 1 for first, last in self.gaps(low, high))

    def missing(self, low: int, high: int) -> Iterator[int]:
        """Yield the ids between low and high, both included, that are not in the set."""
        for first, last in self.gaps(low, high):
            yield from range(first, last + 1)


def runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the contiguous ranges of ids that may come in any order."""
    first = last = None
    for number in sorted(set(ids)):
        if first is None or last is None:
            first = last = number
        elif number == last + 1:
            last = number
        else:
            yield first, last
            first = last = number
    if first is not None and last is not None:
        yield first, last
