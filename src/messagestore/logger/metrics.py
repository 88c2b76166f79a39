"""What logging came to, in figures."""

import msgspec

from messagestore.logger.spool import SpoolStats
from messagestore.repository.batcher import BatchCounters
from messagestore.repository.histogram import Histogram


class LogMetrics(msgspec.Struct):
    """Records since the start: written at once, spooled, drained, set apart, not kept at all.

    `unknown` counts events that no adapter understands; `seconds` is what the log calls took,
    whatever became of them.
    """

    written: int = 0
    spooled: int = 0
    drained: int = 0
    quarantined: int = 0
    refused: int = 0
    unknown: int = 0
    seconds: Histogram = msgspec.field(default_factory=Histogram.of_seconds)


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """What `store.logger.metrics()` returns; `spool` is None while there is no spool.

    `batches` are those of `messages`, `statuses` and `spool` (there, a batch is one fsync);
    `waiting` counts the calls that wait for a batch of the first two.
    """

    records: LogMetrics
    batches: dict[str, BatchCounters]
    waiting: int
    spool: SpoolStats | None
