"""The command line, on the test's database; and messages to look at."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from messagestore import MediaType, Message, MessageStore, Settings, Status
from messagestore.database.embedded import EmbeddedServer
from tests.builders import new_answer, new_message
from tests.conftest import UNSAFE_BUT_FAST, execute, in_database
from tests.integration.cli.command import Command

START = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def bare_command(tmp_path: Path) -> Command:
    """A command line without a database, in a folder of its own."""
    return Command(tmp_path, {"MESSAGESTORE_SEARCH_UPKEEP_SECONDS": "0"})


@pytest.fixture
def command(bare_command: Command, database_url: str) -> Command:
    """The command line on the test's database."""
    return bare_command.on(database_url)


@pytest.fixture
def other_database_url(server_url: str, template: str) -> Iterator[str]:
    """A second database with our tables and no message."""
    name = f"test_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield in_database(server_url, name)
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can enter: under root the embedded server is another user."""
    folder = Path(tempfile.mkdtemp(prefix="cli-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def seeded(database_url: str) -> list[Message]:
    """Five messages with alice, one with bob; the first answered, the last hidden."""
    return asyncio.run(_seed(database_url))


async def _seed(database_url: str) -> list[Message]:
    settings = Settings(database_url=database_url, search_upkeep_seconds=0)
    times = [START + timedelta(minutes=minute) for minute in range(7)]
    new = [
        new_message("Is the shop open?", message_id="question", created_at=times[0]),
        new_answer(
            "Until six.",
            message_id="answer",
            created_at=times[1],
            reply_to_message_id="question",
            status=Status.READ,
        ),
        new_message(
            "周日几点关门？ [bold]no markup[/bold] \x1b[31mred\x1b[0m \u202eabc",
            message_id=str(uuid4()),
            created_at=times[2],
        ),
        new_message(
            None,
            message_id="photo",
            created_at=times[3],
            media_type=MediaType.IMAGE,
            media_content_type="image/jpeg",
            media_size=2048,
            media_url="https://media.example/1",
        ),
        new_answer(
            "Lost",
            message_id="lost",
            created_at=times[4],
            status=Status.FAILED,
            error_message="131026 undeliverable",
        ),
        new_message("hello", message_id="bob-1", context_id="bob", created_at=times[5]),
        new_message("hidden", message_id="hidden", created_at=times[6]),
    ]
    async with MessageStore.open(settings=settings) as store:
        await store.messages.create_many(new)
        await store.messages.soft_delete("hidden")
        everything = store.messages.iterate(include_deleted=True)
        return [message async for message in everything]


@pytest.fixture
def embedded(bare_command: Command, open_folder: Path) -> Command:
    """The command line on an embedded server that is not running and has no tables."""
    data_dir = open_folder / "data"
    with EmbeddedServer(data_dir, extra_settings=UNSAFE_BUT_FAST):
        pass
    environment = bare_command.environment | {"MESSAGESTORE_DATA_DIR": str(data_dir)}
    return Command(bare_command.folder, environment)
