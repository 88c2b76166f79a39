import pytest

from messagestore import MessageStore
from messagestore.errors import InvalidQuery
from messagestore.repository.search import RECENT_WINDOW
from tests.integration.search.asking import find_all
from tests.integration.search.conftest import MUCH
from tests.integration.search.corpus import FINDS, REFUSED

pytestmark = pytest.mark.asyncio(loop_scope="module")

found_by = pytest.mark.parametrize(
    ("query", "texts"), FINDS, ids=[f"{query[:20]!a}" for query, _ in FINDS]
)


@found_by
async def test_the_newest_messages_are_walked(
    corpus: MessageStore, query: str, texts: tuple[str, ...]
) -> None:
    assert await find_all(corpus, "near", query) == list(reversed(texts))


@found_by
async def test_a_wider_walk_finds_what_the_first_promised(
    corpus: MessageStore, query: str, texts: tuple[str, ...]
) -> None:
    assert await find_all(corpus, "spread", query, limit=2) == list(reversed(texts)) * 4


@found_by
async def test_the_indexes_find_what_is_far(
    corpus: MessageStore, query: str, texts: tuple[str, ...]
) -> None:
    assert MUCH > RECENT_WINDOW
    assert await find_all(corpus, "far", query) == list(reversed(texts))


@found_by
async def test_all_conversations_are_searched(
    corpus: MessageStore, query: str, texts: tuple[str, ...]
) -> None:
    assert await find_all(corpus, None, query) == list(reversed(texts)) * 6


@pytest.mark.parametrize("limit", [1, 3, 4])
async def test_pages_join_without_gap_or_repetition(corpus: MessageStore, limit: int) -> None:
    whole = await find_all(corpus, None, "order")
    assert len(whole) == 12
    assert await find_all(corpus, None, "order", limit=limit) == whole


@pytest.mark.parametrize("query", REFUSED, ids=[f"{query[:20]!a}" for query in REFUSED])
async def test_what_cannot_be_looked_up_is_refused(corpus: MessageStore, query: str) -> None:
    with pytest.raises(InvalidQuery):
        await corpus.service.search_messages("near", query)


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_limit_is_1_to_1000(corpus: MessageStore, limit: int) -> None:
    with pytest.raises(InvalidQuery):
        await corpus.service.search_messages("near", "order", limit)


async def test_a_cursor_is_an_id(corpus: MessageStore) -> None:
    with pytest.raises(InvalidQuery):
        await corpus.service.search_messages("near", "order", before="yesterday")


async def test_an_unknown_conversation_holds_nothing(corpus: MessageStore) -> None:
    assert await find_all(corpus, "nobody", "order") == []


async def test_twenty_terms_are_not_too_many(corpus: MessageStore) -> None:
    query = " ".join(["hello", *(f"-absent{number}" for number in range(19))])
    assert len(await find_all(corpus, "near", query)) == 2
