"""The contexts of the data set: their sizes, their names, and who writes in them."""

from itertools import accumulate

GROUP_EVERY = 3
"""One context in three is a group, the largest among them."""

_MEMBERS = 64


def cumulative_weights(contexts: int) -> list[float]:
    """Weigh the contexts as Zipf has it: that of rank k is as large as the first divided by k.

    Of 200,000 the first has 7.8 % of all messages.
    """
    return list(accumulate(1 / rank for rank in range(1, contexts + 1)))


def is_group(rank: int) -> bool:
    """Whether the context of that rank, from 0, is a group."""
    return rank % GROUP_EVERY == 0


def context_id(rank: int) -> str:
    """Return the id of the context of that rank, from 0."""
    if is_group(rank):
        return f"1203630{rank:011d}@g.us"
    return f"4915{rank:09d}"


def person(rank: int, draw: int) -> str:
    """Return who writes: in a group one of its members, else the other party."""
    if is_group(rank):
        return f"4917{(rank * 31 + draw % _MEMBERS) % 1_000_000_000:09d}"
    return context_id(rank)
