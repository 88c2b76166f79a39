"""The spool: what the database could not take yet, and what it refused, in a local durable file.

It knows nothing of messages: entries are bytes, with a key for what must stay in order.
"""

from messagestore.logger.spool.claim import orphans
from messagestore.logger.spool.entry import (
    DamagedEntry,
    Entry,
    NewEntry,
    QuarantinedEntry,
    SpoolStats,
    Verification,
)
from messagestore.logger.spool.spool import Spool

__all__ = [
    "DamagedEntry",
    "Entry",
    "NewEntry",
    "QuarantinedEntry",
    "Spool",
    "SpoolStats",
    "Verification",
    "orphans",
]
