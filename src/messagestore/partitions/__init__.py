"""Months (or weeks, or days) of messages in partitions of their own; docs/howto/partitions.md.

The partitions always lie side by side from the beginning of time to its end, without a gap and
without a DEFAULT partition: with one, PostgreSQL takes them for unordered, and a page of the newest
messages would look into every month (docs/adr/0008-months.md).
"""

from messagestore.partitions.disabling import disable
from messagestore.partitions.enabling import Enabled, enable
from messagestore.partitions.layout import Layout, Partition, read_layout, with_sizes
from messagestore.partitions.maintenance import Maintained, maintain
from messagestore.partitions.split import Split, split
from messagestore.partitions.upkeep import keep_maintaining

__all__ = [
    "Enabled",
    "Layout",
    "Maintained",
    "Partition",
    "Split",
    "disable",
    "enable",
    "keep_maintaining",
    "maintain",
    "read_layout",
    "split",
    "with_sizes",
]
