"""The messages, as lines that `messagestore export` writes and `messagestore import` takes.

They come in the order of time, with the seconds that providers give, and take no more memory than
a few lists of contexts. They depend on the seed and the two sizes, and on nothing else.
"""

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from messagestore.bench.dataset.contexts import context_id, cumulative_weights
from messagestore.bench.dataset.kinds import Kind, kinds
from messagestore.bench.dataset.language import texts
from messagestore.bench.dataset.line import Drawn, line

START = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = 2 * 365 * 24
END = START + timedelta(hours=HOURS)
ROWS_A_CONTEXT = 50
"""On average: 10,000,000 messages are in 200,000 contexts."""

RARE_WORD = "zyxomance"
RARE_EVERY = 20_000
COMMON_WORD = "order"

# How much is written in each hour of the day, and on each day of the week.
_DAY = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 13, 12, 11, 11, 11, 12, 13, 14, 13, 11, 7, 4)
_WEEK = (10, 10, 10, 10, 11, 8, 7)


class Dataset:
    """So many messages of a seed; iterate it for their lines."""

    def __init__(self, rows: int, *, seed: int = 1, contexts: int | None = None) -> None:
        self.rows = rows
        self.contexts = contexts or max(1, rows // ROWS_A_CONTEXT)
        self._seed = seed

    def context(self, rank: int) -> str:
        """Return the id of the context of that rank: 0 is the largest, -1 the smallest."""
        return context_id(rank % self.contexts)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines, one message each."""
        dice = Random(self._seed)  # noqa: S311 (the same every time is what is wanted)
        pools = texts(dice)
        latest = array("q", [-1]) * self.contexts
        for number, drawn in enumerate(self._drawn(dice)):
            before = latest[drawn.rank]
            latest[drawn.rank] = number
            yield line(number, drawn, _text(number, drawn, pools), before)

    def _drawn(self, dice: Random) -> Iterator[Drawn]:
        """Draw context, kind and time of each, hour by hour."""
        known = kinds(dice)
        weights = cumulative_weights(self.contexts)
        ranks = range(self.contexts)
        sure = _sure(dice, self.rows, self.contexts)
        for hour, count in enumerate(_rows_by_hour(self.rows)):
            start = START + timedelta(hours=hour)
            prefix, base = start.strftime("%Y-%m-%dT%H:"), int(start.timestamp())
            seconds = sorted(dice.choices(range(3600), k=count))
            drawn = dice.choices(ranks, cum_weights=weights, k=count)
            for second, rank, kind in zip(
                seconds, drawn, dice.choices(known, k=count), strict=True
            ):
                settled = next(sure)
                yield Drawn(
                    rank if settled is None else settled,
                    kind,
                    prefix,
                    base,
                    second,
                    dice.getrandbits(40),
                )


def _sure(dice: Random, rows: int, contexts: int) -> Iterator[int | None]:
    """Give each context one message that no draw decides, so that none stays empty."""
    order = list(range(contexts))
    dice.shuffle(order)
    given = 0
    for number in range(1, rows + 1):
        if number * contexts // rows > given:
            yield order[given]
            given += 1
        else:
            yield None


def _rows_by_hour(rows: int) -> list[int]:
    weights = [_DAY[hour % 24] * _WEEK[hour // 24 % 7] for hour in range(HOURS)]
    total = sum(weights)
    ends = [rows * weight // total for weight in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _text(number: int, drawn: Drawn, pools: list[list[str]]) -> str | None:
    """Choose a text: mostly in the language of the context."""
    kind: Kind = drawn.kind
    if not kind.texts:
        return None
    bits = drawn.bits
    pool = pools[(drawn.rank if bits % 8 else bits >> 3) % len(pools)]
    text = pool[bits % len(pool)]
    if kind.texts > 1:
        text = f"{text}. {pool[(bits >> 16) % len(pool)]}"
    if kind.numbered:
        text = f"{text} #{number}"
    if kind.command:
        text = f"/{kind.command} {text}"
    if number % RARE_EVERY == RARE_EVERY // 2:
        text = f"{text} {RARE_WORD}"
    return text
