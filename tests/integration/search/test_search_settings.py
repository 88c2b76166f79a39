"""What a server's administrator may set changes no result."""

import pytest

from messagestore import MessageStore, Settings
from tests.conftest import LAYOUT
from tests.integration.search.asking import find_all
from tests.integration.search.corpus import FINDS


@pytest.mark.parametrize(
    "setting",
    [
        "pg_trgm.word_similarity_threshold=1.0",
        "pg_trgm.word_similarity_threshold=0.1",
        "enable_bitmapscan=off",
        "enable_seqscan=off",
        pytest.param(
            "plan_cache_mode=force_generic_plan",
            marks=pytest.mark.skipif(LAYOUT == "citus", reason="Citus plans by the values alone"),
        ),
        "standard_conforming_strings=off",
    ],
)
async def test_every_search_finds_the_same(corpus_url: str, setting: str) -> None:
    joint = "&" if "?" in corpus_url else "?"
    settings = Settings(database_url=f"{corpus_url}{joint}{setting}", search_upkeep_seconds=0)
    async with MessageStore.open(settings=settings) as store:
        name, _, value = setting.partition("=")
        row = await store.database.fetch_row("SELECT current_setting($1) AS value", name)
        assert row is not None
        assert float(value) == float(row["value"]) if "." in value else value == row["value"]
        for query, texts in FINDS:
            assert await find_all(store, "far", query) == list(reversed(texts)), query
