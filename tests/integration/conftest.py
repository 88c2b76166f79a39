from collections.abc import Iterator

import pytest

from messagestore.blocking import BlockingStore
from messagestore.settings import Settings


@pytest.fixture
def blocking(settings: Settings) -> Iterator[BlockingStore]:
    """An open store with no message in it, for synchronous code."""
    with BlockingStore.open(settings=settings) as store:
        yield store
