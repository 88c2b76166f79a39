"""Cutting a partition that holds much time into months (or weeks, or days); docs/adr/0018-split.md.

Its messages are copied, beside readers and writers, into a table with a partition for each month.
What is written meanwhile is noted in `changes`, as everything is for the stream, and done to the
copy too. In the end the copy takes the partition's place in one short transaction.
"""

from messagestore.partitions.split.levelling import level
from messagestore.partitions.split.splitting import Split, split

__all__ = ["Split", "level", "split"]
