"""What a split is given, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from messagestore.database.migrator.patience import Patience
from messagestore.partitions.working import Report
from messagestore.settings import PartitionInterval

Advance = Callable[[int], None]
"""Is told how many messages more are copied or compared; none when an index has been built."""


@dataclass(kw_only=True)
class Job:
    """One run of `split`: `batch` messages are copied by one statement."""

    interval: PartitionInterval
    partition: str | None
    report: Report
    advance: Advance
    seconds: float
    batch: int
    created: list[str] = field(default_factory=list)
    compared: int = 0
    corrected: int = 0

    def patience(self) -> Patience:
        """Return how long the locks of a step are waited for."""
        return Patience(self.seconds)
