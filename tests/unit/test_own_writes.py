"""One question to the primary places every write that was committed before it."""

import asyncio

from messagestore.database.replicas import OwnWrites
from messagestore.errors import DatabaseUnavailable
from tests.faults.load import until


class Log:
    """A primary's log: it ends further on each time it is asked, when it answers."""

    def __init__(self) -> None:
        self.position = 0
        self.out = False

    async def __call__(self) -> int:
        await asyncio.sleep(0)
        if self.out:
            raise DatabaseUnavailable("out")
        self.position += 100
        return self.position


async def test_writes_share_a_question_and_those_that_come_meanwhile_have_the_next() -> None:
    log = Log()
    own_writes = OwnWrites(log, keep_seconds=60)
    for number in range(50):
        own_writes.note(f"c{number}")
    asking = [asyncio.create_task(own_writes.needed(f"c{number}")) for number in range(50)]
    await asyncio.sleep(0)
    own_writes.note("c0")
    assert set(await asyncio.gather(*asking[1:])) == {100}
    assert await own_writes.needed("c0") == 200
    assert await own_writes.needed("c1") == 100
    assert await own_writes.needed("nobody") == 0
    await own_writes.close()


async def test_a_write_about_everything_counts_for_each_topic() -> None:
    own_writes = OwnWrites(Log(), keep_seconds=60)
    await asyncio.create_task(_note(own_writes, None))
    assert await own_writes.needed("any") == 100
    assert await own_writes.needed(None) == 100
    await own_writes.close()


async def test_without_an_answer_the_position_is_not_known_until_there_is_one() -> None:
    """Fails when _place forgets what it asked for."""
    log = Log()
    own_writes = OwnWrites(log, keep_seconds=60)
    own_writes.note("alice")
    log.out = True
    assert await own_writes.needed("alice") is None
    own_writes.note("bob")
    assert await own_writes.needed("bob") is None
    log.out = False
    assert await own_writes.needed("alice") == 100
    assert await own_writes.needed("bob") == 100
    await own_writes.close()


async def test_a_position_is_asked_for_without_a_read() -> None:
    log = Log()
    own_writes = OwnWrites(log, keep_seconds=60)
    own_writes.note("alice")
    await until(lambda: log.position > 0)
    log.out = True
    assert await own_writes.needed("alice") == 100
    await own_writes.close()


async def test_what_all_replicas_have_is_forgotten_and_what_they_do_not_is_kept() -> None:
    own_writes = OwnWrites(Log(), keep_seconds=60)
    for topic in ("alice", "bob"):
        own_writes.note(topic)
        assert await own_writes.needed(topic)
    own_writes.forget(100)
    assert list(own_writes._topics) == ["bob"]
    await own_writes.close()


async def test_what_is_old_is_forgotten_whatever_replicas_have() -> None:
    """By then a replica that does not have it is left out."""
    own_writes = OwnWrites(Log(), keep_seconds=-1)
    own_writes.note("alice")
    assert await own_writes.needed("alice") == 0
    assert await own_writes.needed(None) == 0
    own_writes.forget(0)
    assert not own_writes._topics
    await own_writes.close()


async def _note(own_writes: OwnWrites, topic: str | None) -> None:
    own_writes.note(topic)
