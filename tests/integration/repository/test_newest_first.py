"""Each step of a look for what an index finds, and that together they find every match once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from messagestore import MessageStore
from messagestore.bench.questions import Question
from messagestore.bench.stopwatch import Statements
from messagestore.repository import message_pages, newest_first, search
from messagestore.repository.newest_first import start_of_week
from messagestore.repository.page import Page
from tests.builders import new_message

MESSAGES = 2400
START = datetime(2025, 6, 2, tzinfo=UTC)
EVERY = (2, 20, 90, 700, 5000)
WORDS = {2: "zwei", 20: "zwanzig", 90: "送货", 700: "zo", 5000: "fünftausend"}
"""What every so many messages hold: a word, a word without spaces, a short one."""

WALK, WEEK, ALL = "the newest", "a week", "all"

Ask = Callable[..., Awaitable[Page]]


@pytest.fixture
async def filled(store: MessageStore, monkeypatch: pytest.MonkeyPatch) -> MessageStore:
    """2,400 messages, one an hour, and steps that are as much smaller."""
    for module, first, widest in (
        (message_pages, "METADATA_WINDOW", "WIDEST_METADATA_WINDOW"),
        (search, "RECENT_WINDOW", "WIDEST_WINDOW"),
        (search, "RECENT_WINDOW", "WIDEST_WINDOW_ANYWHERE"),
    ):
        monkeypatch.setattr(module, first, 50)
        monkeypatch.setattr(module, widest, 400)
    monkeypatch.setattr(newest_first, "MESSAGES_A_WEEK", 100)
    monkeypatch.setattr(newest_first, "MOST_WEEKS", 16)
    await store.messages.create_many(
        new_message(
            context_id="c.1",
            message_id=f"m{number}",
            created_at=START + timedelta(hours=number),
            content=" ".join(["hello", *(WORDS[step] for step in EVERY if number % step == 0)]),
            metadata={f"every{step}": 1 for step in EVERY if number % step == 0},
        )
        for number in range(MESSAGES)
    )
    return store


def asked(store: MessageStore, place: str, step: int) -> Ask:
    """Return what asks for every so many messages."""
    if place == "metadata":
        return partial(store.messages.find_by_metadata, {f"every{step}": 1})
    context = "c.1" if place == "conversation" else None
    return partial(store.service.search_messages, context, WORDS[step])


PLACES = pytest.mark.parametrize("place", ["metadata", "conversation", "everywhere"])


@PLACES
@pytest.mark.parametrize(
    ("step", "steps"),
    [
        (2, [WALK]),
        (20, [WALK, WALK]),
        (90, [WALK, *[WEEK] * 5]),
        (700, [WALK, *[WEEK] * 5, ALL]),
        (5000, [WALK, *[WEEK] * 3, ALL]),
    ],
)
async def test_what_is_rarer_takes_more_steps(
    filled: MessageStore, place: str, step: int, steps: list[str]
) -> None:
    ask = partial(asked(filled, place, step), limit=7)
    ran: list[tuple[str, Any]] = await Statements(filled).of(Question("", ask))
    assert [_step(text) for text, _ in ran] == steps


def _step(text: str) -> str:
    if "messagestore_week" in text:
        return WEEK
    return WALK if "messages_read" in text else ALL


@PLACES
@pytest.mark.parametrize("limit", [1, 7, 50])
@pytest.mark.parametrize("step", EVERY)
async def test_every_match_is_found_once_the_newest_first(
    filled: MessageStore, place: str, step: int, limit: int
) -> None:
    """Fails when the position is not moved on after some weeks: then they are found again."""
    ask = asked(filled, place, step)
    found: list[str] = []
    before: str | None = None
    while True:
        page = await ask(limit=limit, before=before)
        found += [message.message_id for message in page.messages]
        before = page.next
        if before is None:
            break
    assert found == [f"m{n}" for n in reversed(range(MESSAGES)) if n % step == 0]


@pytest.mark.parametrize("year", [2, 1999, 2000, 2026, 9998])
async def test_the_database_begins_a_week_when_we_do(store: MessageStore, year: int) -> None:
    start = start_of_week(datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC))
    found = [
        row["week"]
        for hours in (0, 1, 167, 168)
        for row in await store.database.fetch(
            "SELECT messagestore_week($1) AS week", start + timedelta(hours=hours)
        )
    ]
    assert found == [found[0], found[0], found[0], found[0] + 1]
