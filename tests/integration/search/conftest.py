"""The corpus in conversations of such shapes that each way of searching finds it.

`near` holds it alone, so the walk over the newest messages reads everything. In `spread` it was
said four times with much between, so a wider walk promises a short page. In `far` so much came
after it that only the indexes reach it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
import pytest_asyncio

from messagestore import MessageStore, Settings
from messagestore.repository.upkeep import flush_search_index
from tests.builders import new_message
from tests.conftest import Clock
from tests.integration.search.corpus import TEXTS
from tests.nodes import Nodes

MUCH = 1100
"""More than the first step of a search reads."""

BLANK = "…"
"""What no search finds, for it is neither letter, digit nor symbol."""

HIDDEN = " ".join(text for text in TEXTS if len(text) < 1000)
"""What any search would find, were it not deleted."""


def _texts() -> Iterator[tuple[str, str]]:
    gap = [BLANK] * MUCH
    yield from (("near", text) for text in [*TEXTS, HIDDEN])
    yield from (("spread", text) for text in ([*TEXTS, *gap] * 3 + [*TEXTS, HIDDEN]))
    yield from (("far", text) for text in [*TEXTS, HIDDEN, *gap])


async def _fill(url: str, *, flush: bool) -> None:
    clock = Clock()
    settings = Settings(database_url=url, search_upkeep_seconds=0)
    async with MessageStore.open(settings=settings, clock=clock) as store:
        result = await store.messages.create_many(
            new_message(text, context_id=context, created_at=clock.advance(seconds=1))
            for context, text in _texts()
        )
        assert not result.refused
        for stored in result.stored:
            if stored.message.content == HIDDEN:
                await store.messages.soft_delete(stored.message.id)
        if flush:
            assert await flush_search_index(store.database) > 0


@pytest.fixture(scope="module", params=["pending", "flushed"])
def corpus_url(request: pytest.FixtureRequest, nodes: Nodes, template: str) -> Iterator[str]:
    """A database that holds the corpus, in the indexes' pending lists or in their trees."""
    name = f"search_{uuid4().hex}"
    url = nodes.create(name, template=template)
    asyncio.run(_fill(url, flush=request.param == "flushed"))
    yield url
    nodes.drop(name)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def corpus(corpus_url: str) -> AsyncIterator[MessageStore]:
    """An open store that holds the corpus. Nothing is written to it."""
    settings = Settings(database_url=corpus_url, search_upkeep_seconds=0)
    async with MessageStore.open(settings=settings, clock=Clock()) as store:
        yield store
