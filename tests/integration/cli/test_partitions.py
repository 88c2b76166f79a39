"""messagestore partitions …"""

import asyncio
from datetime import UTC, datetime

from messagestore import MessageStore, Settings
from tests.builders import new_message
from tests.integration.cli.command import Command

ALL_TIME = "messages_all_time"


def test_months_from_beginning_to_end(command: Command) -> None:
    [only] = command("partitions", "status", "--json").json()
    assert (only["name"], only["lower"], only["upper"]) == (ALL_TIME, None, None)
    assert "enable" in command("partitions", "status").out

    [enabled] = command("partitions", "enable", "--json").json()
    assert enabled["changed"]
    # The bound may lie one month further on than now, and three are made after this one.
    assert 2 <= len(enabled["created"]) <= 3
    [again] = command("partitions", "enable", "--json").json()
    assert again == {"since": enabled["since"], "changed": False, "created": []}

    found = command("partitions", "status", "--json").json()
    names = [ALL_TIME, *enabled["created"], "messages_later"]
    assert [one["name"] for one in found] == names
    assert [one["is_catch_all"] for one in found] == [name == "messages_later" for name in names]
    assert all(name in command("partitions", "status").out for name in names)
    assert command("partitions", "maintain", "--json").json() == [{"created": []}]
    assert command("partitions", "maintain").out == "Nothing to do.\n"

    [last] = command("partitions", "disable", "--json").json()
    assert (last["name"], last["upper"]) == (ALL_TIME, None)
    assert ALL_TIME in command("partitions", "disable").out


def test_migrating_makes_the_months_ahead(command: Command) -> None:
    command("partitions", "enable")
    before = len(command("partitions", "status", "--json").json())
    more = Command(command.folder, command.environment | {"MESSAGESTORE_PARTITIONS_AHEAD": "9"})
    more("migrate")
    assert len(command("partitions", "status", "--json").json()) == before + 6


def test_what_was_stored_before_is_cut_into_months(command: Command, database_url: str) -> None:
    assert "enable" in command("partitions", "split", expect=2).stderr
    asyncio.run(_store_months(database_url, 1, 2, 4))
    command("partitions", "enable")
    [done] = command("partitions", "split", "--json").json()
    months = ["messages_2024_01", "messages_2024_02", "messages_2024_04"]
    assert done == {"created": months, "compared": 3, "corrected": 0}
    found = command("partitions", "status", "--json").json()
    assert [one["name"] for one in found][:3] == months
    assert command("partitions", "split").out == "Nothing to do.\n"
    assert "status" in command("partitions", "split", "unheard_of", expect=2).stderr
    assert len(command("export").json()) == 3


async def _store_months(url: str, *months: int) -> None:
    settings = Settings(database_url=url, search_upkeep_seconds=0)
    async with MessageStore.open(settings=settings) as store:
        times = [datetime(2024, month, 5, tzinfo=UTC) for month in months]
        await store.messages.create_many([new_message(created_at=at) for at in times])
