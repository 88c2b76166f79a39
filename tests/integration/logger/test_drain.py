"""The drain goes on whatever happens to it, and takes over what others have left."""

import logging

import pytest

from messagestore import MessageStore, Settings
from messagestore.event import MessageEdited
from messagestore.logger import drain
from messagestore.logger.spool import NewEntry, Spool
from messagestore.repository.records import encode
from tests.builders import new_message
from tests.conftest import Clock
from tests.faults.load import drained, until


async def test_a_bug_in_the_drain_does_not_end_it(
    store: MessageStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when Drain._run does not catch every Exception."""
    probe, bugs = store.durable._recorder.probe, iter(["canary-1", "canary-2"])

    async def buggy_probe() -> None:
        for what_a_person_wrote in bugs:
            raise ZeroDivisionError(what_a_person_wrote)
        await probe()

    monkeypatch.setattr(store.durable._recorder, "probe", buggy_probe)
    store.durable._drain.notice_outage(TimeoutError())
    result = await store.logger.log_incoming(new_message(message_id="m"))
    assert result.outcome == "spooled"
    await drained(store)
    assert await store.messages.exists("m")
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2, "one line for each"
    assert "ZeroDivisionError in " in errors[0].getMessage()
    assert "buggy_probe" in errors[0].getMessage()
    assert "canary" not in caplog.text


async def test_a_record_that_meets_a_bug_holds_up_no_other(
    store: MessageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when Drain._write raises it."""

    async def buggy_rewrite(_record: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store.durable._recorder, "rewrite", buggy_rewrite)
    store.durable._drain.notice_outage(TimeoutError())
    edit = MessageEdited(message_id="odd", edit_id="e", content="better")
    assert (await store.logger.log_event(edit)).durable
    assert (await store.logger.log_incoming(new_message(message_id="good"))).durable
    await drained(store)
    assert await store.messages.exists("good")
    spool = (await store.logger.metrics()).spool
    assert spool is not None
    assert spool.quarantined == 1


async def test_a_bug_while_closing_keeps_the_spool(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when Drain.finish does not catch every Exception: the file then stays locked."""
    async with MessageStore.open(settings=settings, clock=clock) as store:

        async def buggy_probe() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(store.durable._recorder, "probe", buggy_probe)
        store.durable._drain.notice_outage(TimeoutError())
        await store.logger.log_incoming(new_message(message_id="m"))
    async with MessageStore.open(settings=settings, clock=clock) as store:
        await drained(store)
        assert await store.messages.exists("m")


async def test_what_is_left_while_this_process_runs_is_taken_over(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when Drain._adopt_when_due looks at the start only."""
    monkeypatch.setattr(drain, "ADOPTION_SECONDS", 0.05)
    async with MessageStore.open(settings=settings, clock=clock) as store:
        await store.logger.log_incoming(new_message())
        await store.durable._spooler.adopt_orphans()  # that at the start is over then
        _leave(store, "left")
        await until(lambda: store.durable.metrics.drained == 1)
        assert await store.messages.exists("left")


async def test_a_spool_that_cannot_be_used_keeps_no_other_back(
    settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when Spooler._take_orphans stops at the first that raises, or Spool.open does."""
    folder = settings.spool_folder
    async with MessageStore.open(settings=settings, clock=clock) as store:
        _leave(store, "left")
    (folder / "0-is-the-oldest.spool").mkdir()
    async with MessageStore.open(settings=settings, clock=clock) as store:
        await until(lambda: store.durable.metrics.drained == 1)
        assert await store.messages.exists("left")
        store.durable._drain.notice_outage(TimeoutError())
        assert (await store.logger.log_incoming(new_message(message_id="m"))).durable
        await until(lambda: store.durable.metrics.drained == 2)
    assert "a spool without an owner cannot be taken over" in caplog.text


def _leave(store: MessageStore, message_id: str) -> None:
    """Make a spool file without an owner, with one message in it."""
    record = store.logger._prepare.message(new_message(message_id=message_id))
    with Spool.open(store.settings.spool_folder) as spool:
        spool.append([NewEntry(encode(record))])
