"""messagestore retention …"""

import asyncio
from datetime import UTC, datetime, timedelta

from messagestore import MessageStore, Settings
from tests.builders import new_message
from tests.integration.cli.command import Command

RULES = {
    "MESSAGESTORE_RETENTION_DAYS": "forever",
    "MESSAGESTORE_RETENTION_DAYS_BY_TYPE": '{"private": 100}',
    "MESSAGESTORE_RETENTION_DAYS_BY_CONTEXT": '{"kept": "forever", "brief": 9}',
}


def test_rules_are_shown_tried_and_carried_out(command: Command, database_url: str) -> None:
    asyncio.run(_store(database_url))
    [only] = command("retention", "show", "--json").json()
    assert only == {"of": "all", "name": None, "days": "forever", "before": None}
    assert command("retention", "run", "--json").json() == [{"dropped": [], "removed": 0}]

    ruled = Command(command.folder, command.environment | RULES)
    rules = ruled("retention", "show", "--json").json()
    found = [(rule["of"], rule["name"], rule["days"], rule["before"] is None) for rule in rules]
    assert found == [
        ("all", None, "forever", True),
        ("type", "private", 100, False),
        ("context", "kept", "forever", True),
        ("context", "brief", 9, False),
    ]
    assert "kept" in ruled("retention", "show").out

    ruled("partitions", "enable")
    ruled("partitions", "split")
    plan = ruled("retention", "run", "--dry-run", "--json").json()
    assert plan == [{"partitions": [], "messages": 3}]
    assert "3 messages would be removed" in ruled("retention", "run", "--dry-run").out
    assert ruled("retention", "run", "--json").json() == [{"dropped": [], "removed": 3}]
    assert ruled("retention", "run").out == "Removed 0 messages.\n"
    left = {record["message_id"] for record in ruled("export").json()}
    assert left == {"kept.200", "alice.50"}

    all_of_it = RULES | {"MESSAGESTORE_RETENTION_DAYS_BY_CONTEXT": "{}"}
    ruled = Command(command.folder, command.environment | all_of_it)
    [plan] = ruled("retention", "run", "--dry-run", "--json").json()
    [partition] = plan["partitions"]
    assert (partition["messages"], plan["messages"]) == (1, 0)
    assert partition["name"] in ruled("retention", "run", "--dry-run").out
    assert f"Dropped {partition['name']}." in ruled("retention", "run").out


def test_a_week_is_too_short(bare_command: Command) -> None:
    short = Command(bare_command.folder, {"MESSAGESTORE_RETENTION_DAYS": "7"})
    assert "retention_days" in short("retention", "show", expect=2).stderr


async def _store(url: str) -> None:
    settings = Settings(database_url=url, search_upkeep_seconds=0)
    ages = (("kept", 200), ("alice", 200), ("alice", 160), ("alice", 50), ("brief", 50))
    async with MessageStore.open(settings=settings) as store:
        new = [
            new_message(
                message_id=f"{context_id}.{age}",
                context_id=context_id,
                created_at=datetime.now(UTC) - timedelta(days=age),
            )
            for context_id, age in ages
        ]
        await store.messages.create_many(new)
