"""What is asked of the plan of one statement with certain parameters."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from messagestore.identifiers import LAST_ID
from messagestore.repository.iteration import START_OF_TIME
from messagestore.repository.page import END_OF_TIME

PAGE = 51
"""A page of 50, and the one more that says whether there is a next."""

NEWEST = (END_OF_TIME, LAST_ID)
OLDEST = (START_OF_TIME, UUID(int=0))
HALFWAY = (datetime(2025, 3, 1, tzinfo=UTC), LAST_ID)
BROADCAST = (datetime.fromtimestamp(1_709_251_200 + 50_000_000, UTC), UUID(int=0x7F << 120))
"""In a second that 500 messages share."""

LARGE = "c.1"
SILENT = "c.2"
"""11,000 messages, the last a year ago."""
RECENT = "c.3"
"""7,300 messages of the last two months."""
MIDDLING = "c.40"
SMALL = "c.5000"
SINGLE = "c.20000"
UNKNOWN = "nobody"

CONTEXTS = (LARGE, SILENT, RECENT, MIDDLING, SMALL, SINGLE, UNKNOWN)
MESSAGES = ("m.1.5000", "m.2.1", "m.600.1", "m.5000.2", "m.20000.1")
"""Of conversations of every size; m.600.1 is one of the broadcast."""


class Of(Enum):
    """What stands in `values` for a part of the key of the case's message."""

    PLACE = ("context_id", "created_at", "id")
    ID_AND_TIME = ("id", "created_at")
    CONTEXT = ("context_id",)
    ID = ("id",)


@dataclass(frozen=True)
class Case:
    """A statement with parameters, and the bounds of its plan."""

    query: str
    values: tuple[Any, ...]
    indexes: tuple[str, ...]
    """All of these are used and no other; `a|b` stands for either."""
    message: str | None = None
    reads: int | None = None
    """The most rows it may read; None: what it returns and two pages."""
    sorts: int | None = None
    """The most rows it may sort; None: what it returns and two pages."""
    pages: int | None = None
    """The most pages it may read; None: some way down a tree for each row, and for each table."""
    scans: frozenset[str] = frozenset()
    """Tables that it is meant to read whole."""

    def allowed(self) -> set[str]:
        """Return every index that it may use."""
        return {name for names in self.indexes for name in names.split("|")}

    def uses(self, indexes: set[str]) -> bool:
        """Whether these are the indexes it is meant to use."""
        met = all(indexes & set(names.split("|")) for names in self.indexes)
        return met and indexes <= self.allowed()
