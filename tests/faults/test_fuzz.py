"""Records of any kind come out whole, or not at all, and their results say which."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from msgspec import structs

from messagestore import Message, MessageStore, NewMessage, Settings
from messagestore.errors import InvalidMessage, RecordRefused
from messagestore.event import Event, MessageReceived
from messagestore.logger.result import LogResult
from tests.faults import wild
from tests.faults.load import drained
from tests.faults.table import Figures
from tests.integration.repository.recount import assert_counters_equal_recount

RECORDS = 10
"""In one example, so that they meet each other's ids."""


class Fuzz:
    """Writes generated records, and compares what was said of each with what is there."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self._round = 0
        self.said: Counter[str] = Counter()

    async def log(self, drawn: list[Any]) -> None:
        """Log them all at once."""
        before, events = await self._count(), self._events(drawn)
        results = await asyncio.gather(*map(self._store.logger.log_event, events))
        for event, result in zip(events, results, strict=True):
            self._hear(result)
            if isinstance(event, MessageReceived) and result.outcome in {"stored", "duplicate"}:
                await self._assert_whole(result.message)
        created = sum(result.outcome == "stored" for result in results)
        assert await self._count() == before + created

    async def create(self, drawn: list[Any]) -> None:
        """Create the messages among them as one batch."""
        before = await self._count()
        new = [e.message for e in self._events(drawn) if isinstance(e, MessageReceived)]
        result = await self._store.messages.create_many(new)
        assert len(result.stored) + len(result.refused) == len(new)
        assert {type(refused.error) for refused in result.refused} <= {
            InvalidMessage,
            RecordRefused,
        }
        self.said["stored"] += result.created
        self.said["duplicate"] += result.duplicates
        self.said["refused"] += len(result.refused)
        for stored in result.stored:
            await self._assert_whole(stored.message)
        assert await self._count() == before + result.created

    async def spool(self, drawn: list[Any]) -> None:
        """Log them during an outage, and let them be drained."""
        before, metrics = await self._count(), self._store.durable.metrics
        set_apart, kept = metrics.quarantined, dict[UUID, Message]()
        self._store.durable._drain.notice_outage(TimeoutError())
        for event in self._events(drawn):
            result = await self._store.logger.log_event(event)
            self._hear(result)
            if isinstance(event, MessageReceived) and result.message is not None:
                kept[result.message.id] = result.message
        await drained(self._store)
        self.said["quarantined"] += metrics.quarantined - set_apart
        stored = set()
        for message_id in {message.message_id for message in kept.values()}:
            found = await self._store.messages.get_by_message_id(message_id, include_deleted=True)
            if found is not None:
                _assert_same(found, kept[found.id])
                stored.add(message_id)
        assert await self._count() == before + len(stored)
        lost = {message.message_id for message in kept.values()} - stored
        assert len(lost) <= metrics.quarantined - set_apart

    def _events(self, drawn: list[Any]) -> list[Event]:
        """Make events of what was drawn, with ids of their own for each round."""
        self._round += 1
        return [event for one in drawn if (event := self._event(one)) is not None]

    def _event(self, drawn: Any) -> Event | None:
        if not isinstance(drawn, dict):
            event: Event = structs.replace(drawn, message_id=self._id(drawn.message_id))
            return event
        try:
            new = NewMessage(**drawn | {"message_id": self._id(drawn["message_id"])})
        except InvalidMessage:
            self.said["failed"] += 1
            return None
        return MessageReceived(message=new)

    def _id(self, drawn: str) -> str:
        return drawn and f"{drawn}{self._round}"

    def _hear(self, result: LogResult) -> None:
        self.said[str(result.outcome)] += 1
        assert result.outcome != "failed" or isinstance(result.error, InvalidMessage), result

    async def _assert_whole(self, said: Message | None) -> None:
        assert said is not None
        found = await self._store.messages.get_by_message_id(said.message_id, include_deleted=True)
        assert found is not None
        _assert_same(found, said)

    async def _count(self) -> int:
        row = await self._store.database.fetch_row("SELECT count(*) FROM messages")
        assert row is not None
        return int(row["count"])


def _assert_same(found: Message, said: Message) -> None:
    """Compare what the other events of an example do not change."""
    for column in ("id", "context_id", "sender", "created_at", "media_size", "command_name"):
        assert getattr(found, column) == getattr(said, column)
    edits = found.metadata.get("edits")
    edited = {
        key
        for version in (edits if isinstance(edits, list) else [])
        if isinstance(version, dict)
        for key in version.get("metadata") or {}
    }
    for key in said.metadata.keys() - {"edits", "reactions", "deleted"} - edited:
        assert wild.alike(found.metadata[key], said.metadata[key])


@pytest.mark.fault(
    "fuzz",
    how="10,000 generated messages, statuses, edits, reactions and deletions",
    required="0 crashes, 0 partial writes",
)
@pytest.mark.parametrize("way", ["log", "create", "spool"])
async def test_fuzz(way: str, settings: Settings, full_form: bool, figures: Figures) -> None:
    """Fails without the cleaning in Message.from_new, and without _clean_id in Preparation."""
    loop = asyncio.get_running_loop()
    patient = settings.model_copy(update={"log_deadline": 60.0})  # a busy machine is no outage
    async with MessageStore.open(settings=patient) as store:
        fuzz = Fuzz(store)

        @examples(
            max_examples=334 if full_form else 15,
            deadline=None,
            database=None,
            derandomize=not full_form,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # what is written stays written: smaller examples mislead
        )
        @given(st.lists(wild.records, min_size=RECORDS, max_size=RECORDS))
        def run(drawn: list[Any]) -> None:
            asyncio.run_coroutine_threadsafe(getattr(fuzz, way)(drawn), loop).result()

        await asyncio.to_thread(run)
        await assert_counters_equal_recount(store.database)
        assert way == "spool" or store.durable.metrics.spooled == 0, "no content is an outage"
        said = ", ".join(f"{count:,} {outcome}" for outcome, count in fuzz.said.items())
        figures(f"{fuzz._round * RECORDS:,} by {way}: {said}")
