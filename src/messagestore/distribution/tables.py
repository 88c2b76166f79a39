"""Which tables are distributed, and by what; those that are not named stay on the coordinator.

docs/adr/0022 says why. A table that a later migration adds is named here, and is distributed by the
`migrate` that makes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DistributedTable:
    """A table, the column by whose hash its rows lie, and the table that it lies with."""

    name: str
    column: str
    beside: str | None = None


DISTRIBUTED = (
    DistributedTable("conversations", "context_id"),
    DistributedTable("message_keys", "message_id"),
    DistributedTable("pending_statuses", "message_id", beside="message_keys"),
    DistributedTable("pending_rewrites", "message_id", beside="message_keys"),
    DistributedTable("messages", "context_id", beside="conversations"),
)
"""In this order: the largest last, so that what can be refused is refused before it is copied."""

PLACES = DistributedTable("message_places", "id")
"""Made when all others are distributed."""

ON_COORDINATOR = frozenset({"api_tokens", "changes", "messagestore_schema_version"})
"""Tables that stay in one place: small, or, as the changes, in the order of its transactions."""
