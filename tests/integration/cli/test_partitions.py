"""messagestore partitions …"""

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
