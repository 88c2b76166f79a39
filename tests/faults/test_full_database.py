"""The disk of the database is full, and then it is not."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from messagestore import MessageStore
from messagestore.database.migrator import migrate
from messagestore.errors import DatabaseUnavailable
from tests.builders import new_message
from tests.conftest import execute, in_database
from tests.faults.load import Load, assert_kept, drained, settings_for, until
from tests.faults.spool.filesystem import make, mounted, occupy, require_loop_devices
from tests.faults.table import Figures
from tests.faults.victim import Victim

MEGABYTES = 64


@asynccontextmanager
async def database_on(victim: Victim, place: Path) -> AsyncIterator[str]:
    """Make a database with our tables whose files lie there, and give its URL.

    The write-ahead log lies elsewhere: without room for that the server stops, which is a fault
    of its own.
    """
    server, name = victim.url("postgres"), f"full_{uuid4().hex}"
    space = victim.give(place / "space")
    await execute(
        server,
        f"CREATE TABLESPACE {name} LOCATION '{space}'",
        f"CREATE DATABASE {name} TABLESPACE {name}",
    )
    try:
        url = in_database(server, name)
        await migrate(url)
        yield url
    finally:
        await execute(
            server, f"DROP DATABASE {name} WITH (FORCE)", "CHECKPOINT", f"DROP TABLESPACE {name}"
        )


@pytest.mark.fault(
    "database disk full",
    how=f"a tablespace on a loop device of {MEGABYTES} MB, filled up x 5",
    required="spooled, 0 lost, 0 quarantined, recovers by itself",
)
async def test_database_disk_full(
    victim: Victim, victim_folder: Path, tmp_path: Path, full_form: bool, figures: Figures
) -> None:
    """A call is spooled, a bulk batch raises an outage; when there is room all is drained.

    Fails with SQLSTATE class 53 among the CONTENT_CLASSES of database/faults.py.
    """
    require_loop_devices()
    folder = victim_folder / tmp_path.name
    folder.mkdir()
    fillings = 5 if full_form else 1
    with mounted(await asyncio.to_thread(make, folder, MEGABYTES)) as place:
        async with database_on(victim, place) as url:
            settings = settings_for(url, tmp_path / "spool")
            async with MessageStore.open(settings=settings) as store:
                load = Load(store, rate=1000)
                async with load.running():
                    for _ in range(fillings):
                        load.outcomes.pop("spooled", None)
                        await asyncio.to_thread(occupy, place / "others")
                        await until(lambda: load.outcomes["spooled"] > 500)
                        with pytest.raises(DatabaseUnavailable, match="53100"):
                            await store.messages.create_many([new_message() for _ in range(500)])
                        (place / "others").unlink()
                        took = await load.stored_again(since=time.monotonic())
                        await drained(store, seconds=20)
                assert load.outcomes.keys() == {"stored", "spooled"}
                quarantined = (await store.logger.metrics()).records.quarantined
            figures(f"filled {fillings} times, {quarantined} quarantined")
            figures(f"writes resumed after {took:.1f} s")
            await assert_kept(url, load.acknowledged, figures)
            assert quarantined == 0
