"""Rules for tests, and the time at which they are applied."""

from datetime import datetime

from messagestore.message import ContextType
from messagestore.retention import Rules
from tests.integration.partitions.layouts import NOW

RULES = Rules(
    general=100,
    by_type={ContextType.GROUP: 40},
    by_context={"kept": "forever", "brief": 10},
)


def clock() -> datetime:
    return NOW
