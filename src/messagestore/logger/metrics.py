"""What logging came to, in figures."""

import msgspec

from messagestore.logger.spool import SpoolStats
from messagestore.repository.batcher import BatchCounters


class LogMetrics(msgspec.Struct):
    """Records since the start: written at once, spooled, drained, set apart, not kept at all."""

    written: int = 0
    spooled: int = 0
    drained: int = 0
    quarantined: int = 0
    refused: int = 0


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """What `store.logger.metrics()` returns; `spool` is None while there is no spool."""

    records: LogMetrics
    batches: dict[str, BatchCounters]
    waiting: int
    spool: SpoolStats | None
