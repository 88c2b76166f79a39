"""Arrivals: what people write now to a bot that has a data set already.

They are in the conversations of the data set, as often in each, and their ids are spread over the
index as those of it are. Their numbers go on after its own, so that who wants to remove them knows
their ids.
"""

from collections.abc import Iterator
from itertools import count
from random import Random

from messagestore.bench.dataset.contexts import context_id, cumulative_weights, is_group, person
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.dataset.language import texts
from messagestore.bench.dataset.line import BOT, message_id
from messagestore.message import ContextType, Direction, NewMessage


class Arrivals:
    """New messages without end; iterate it."""

    def __init__(self, data: Dataset, *, seed: int = 2) -> None:
        self._contexts = data.contexts
        self._first = data.rows
        self._seed = seed

    def ids(self, many: int) -> list[str]:
        """Return the message_ids of the first so many."""
        return [message_id(self._first + place) for place in range(many)]

    def __iter__(self) -> Iterator[NewMessage]:
        """Yield the messages, the same ones each time."""
        dice = Random(self._seed)  # noqa: S311 (the same every time is what is wanted)
        pools = texts(dice)
        weights = cumulative_weights(self._contexts)
        ranks = range(self._contexts)
        for number in count(self._first):
            rank, bits = dice.choices(ranks, cum_weights=weights)[0], dice.getrandbits(40)
            pool = pools[rank % len(pools)]
            yield NewMessage(
                message_id=message_id(number),
                context_id=context_id(rank),
                context_type=ContextType.GROUP if is_group(rank) else ContextType.PRIVATE,
                direction=Direction.INCOMING,
                sender=person(rank, bits),
                recipient=BOT,
                content=pool[bits % len(pool)],
                metadata={"provider": "whatsapp", "order": {"number": number, "paid": False}},
            )
