"""Layouts: the shapes of one physical design, and from where on each is worth its upkeep.

The bounds are judgements from measured figures; docs/explanation/scaling.md gives both.
"""

from enum import StrEnum

MONTHS_FROM = 20_000_000
"""Messages from which on partitions pay: one is vacuumed, reindexed or dropped in minutes."""

REPLICAS_FROM = 100_000_000
"""Messages from which on a second server is worth it, which also stands by for the first."""

CLUSTER_FROM = 1_000_000_000
"""Messages from which on one server's disk, and the restore of its backup, are what limits."""


class Layout(StrEnum):
    """What to run."""

    ONE_PARTITION = "one partition"
    MONTHS = "months"
    MONTHS_AND_REPLICAS = "months and replicas"
    CLUSTER = "months on Citus"


def layout_for(messages: int) -> Layout:
    """Return what to run for so many messages."""
    if messages < MONTHS_FROM:
        return Layout.ONE_PARTITION
    if messages < REPLICAS_FROM:
        return Layout.MONTHS
    if messages < CLUSTER_FROM:
        return Layout.MONTHS_AND_REPLICAS
    return Layout.CLUSTER
