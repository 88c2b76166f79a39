"""Replicas of the embedded server, from the copy to the store that reads from it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from messagestore import MessageStore, Settings
from messagestore.database.replicas import Replicas
from tests.builders import new_message
from tests.faults.load import until
from tests.integration.cli.command import Command


@pytest.fixture
def stopped(embedded: Command) -> Iterator[Command]:
    """A server that does not run, with no replica; nothing is left of it."""
    yield embedded
    embedded("db", "stop")


def test_a_replica_from_its_copy_to_its_end(stopped: Command) -> None:
    command = stopped
    assert "There is none" in command("db", "replica", "list").out
    assert "no replica 1" in command("db", "replica", "remove", "1", expect=3).stderr
    urls = command("db", "replica", "add").out.strip()
    [first] = command("db", "replica", "list", "--json").json()
    assert (first["number"], first["state"], first["url"]) == (1, "ready", urls)
    [added] = command("db", "replica", "add", "--json").json()
    assert added["number"] == 2
    assert added["replica_urls"][0] == urls
    asyncio.run(_read_from_it(command, ",".join(added["replica_urls"])))
    assert "replica 1 is removed" in command("db", "replica", "remove", "1").out.lower()
    assert not Path(first["data_dir"]).exists()
    command("db", "stop")
    [second] = command("db", "replica", "list", "--json").json()
    assert (second["number"], second["running"], second["url"]) == (2, False, None)
    command("db", "start")
    [second] = command("db", "replica", "list", "--json").json()
    assert (second["number"], second["state"]) == (2, "ready")


async def _read_from_it(command: Command, urls: str) -> None:
    settings = Settings.load(
        data_dir=Path(command.environment["MESSAGESTORE_DATA_DIR"]), replica_urls=urls
    )
    async with MessageStore.open(settings=settings) as store:
        reader = store.reader
        assert isinstance(reader, Replicas)
        await until(lambda: all(one.in_use for one in reader.replicas))
        await store.messages.create(new_message())
        assert (await store.messages.get_conversation_history("alice")).messages
        await store.messages.get_conversation_history("bob")
        assert sum(one.reads for one in reader.replicas) > 0
