import asyncio
from collections.abc import Callable

import pytest

from messagestore import Message, MessageStore, Settings
from tests.integration.cli.command import Command


@pytest.fixture
def total(database_url: str) -> Callable[[], int]:
    """Count what is not hidden."""

    async def count() -> int:
        settings = Settings(database_url=database_url, search_upkeep_seconds=0)
        async with MessageStore.open(settings=settings) as store:
            return (await store.service.get_message_stats()).total

    return lambda: asyncio.run(count())


def test_hide_and_show_again(
    command: Command, total: Callable[[], int], seeded: list[Message]
) -> None:
    before = total()
    assert str(seeded[0].id) in command("delete", "question").out
    assert total() == before - 1
    command("restore", seeded[0].id)
    assert total() == before
    assert "No message has the id" in command("delete", "nobody", expect=1).stderr
    assert "No message has the id" in command("restore", "nobody", expect=1).stderr


def test_for_good_only_after_a_yes(
    command: Command, total: Callable[[], int], seeded: list[Message]
) -> None:
    before = total()
    assert "needs --yes" in command("delete", "question", "--hard", expect=2).stderr
    code, seen = command.on_terminal("delete", "question", "--hard", typed=b"n\n")
    assert (code, "Nothing was deleted" in seen) == (1, True)
    assert total() == before
    code, seen = command.on_terminal("delete", "question", "--hard", typed=b"y\n")
    assert (code, "for good" in seen) == (0, True)
    command("delete", seeded[1].id, "--hard", "--yes")
    command("restore", "question", expect=1)
    assert total() == before - 2
