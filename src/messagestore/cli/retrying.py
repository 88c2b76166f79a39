"""Retrying: quarantined records, written to the database once more."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from messagestore.cli.progress import Meter, metered
from messagestore.cli.quarantined import Place, read_record
from messagestore.errors import InvalidPayload, InvalidSettings
from messagestore.logger.ingestion import Ingestion
from messagestore.logger.kept_payload import KeptPayload
from messagestore.logger.outcomes import describe
from messagestore.logger.result import LogResult, Outcome
from messagestore.providers import get_provider
from messagestore.repository.records import Record

if TYPE_CHECKING:
    from messagestore.store import MessageStore

_BATCH = 100
_UNUSED = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})


class Retrying:
    """Writes records; what is taken leaves the quarantine, what is refused stays there."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter({Outcome.STORED: 0})
        self.reasons: Counter[tuple[str, str]] = Counter()

    async def retry(self, store: "MessageStore", places: Sequence[Place]) -> None:
        """Write what is at these places. Raises DatabaseError on an outage: the rest stays."""
        waiting = iter(places)
        with metered("Retrying", unit="records", total=len(places)) as meter:
            while batch := list(islice(waiting, _BATCH)):
                await self._retry_batch(store, batch, meter)

    async def _retry_batch(self, store: "MessageStore", batch: list[Place], meter: Meter) -> None:
        readable: list[tuple[Place, Record]] = []
        for place in batch:
            match read_record(place.load().payload):
                case None:
                    self._keep(place, "not a record")
                case KeptPayload() as payload:
                    await self._retry_payload(store, place, payload)
                case record:
                    readable.append((place, record))
        results = await store.service.write_many([record for _, record in readable])
        for (place, record), written in zip(readable, results, strict=True):
            if isinstance(written, Exception):
                self._keep(place, str(written))
            else:
                self._settle(place, describe(record, written))
        meter.advance(len(batch), items=len(batch))

    async def _retry_payload(
        self, store: "MessageStore", place: Place, payload: KeptPayload
    ) -> None:
        """Let the adapter of today read it; it leaves the quarantine when all of it is used."""
        ingestion = Ingestion(store.service, store.logger)
        try:
            events = get_provider(payload.provider).parse(payload.body, account=payload.account)
            await ingestion.feed(events)
        except (InvalidPayload, InvalidSettings) as error:
            self._keep(place, str(error))
            return
        await ingestion.flush()
        unused = [reason for outcome, reason in ingestion.reasons if outcome in _UNUSED]
        if unused:
            self._keep(place, unused[0])
            return
        place.spool.quarantine.drop(place.number)
        self.outcomes.update(ingestion.outcomes)

    def _settle(self, place: Place, result: LogResult) -> None:
        if result.outcome is Outcome.REFUSED:
            self._keep(place, result.reason or "refused")
            return
        place.spool.quarantine.drop(place.number)
        self.outcomes[result.outcome] += 1

    def _keep(self, place: Place, reason: str) -> None:
        """Leave it where it is, with the reason; a new reason gives it a new number."""
        self.outcomes[Outcome.REFUSED] += 1
        self.reasons[Outcome.REFUSED, reason] += 1
        if place.load().reason != reason:
            waiting = place.spool.quarantine.retry(place.number)
            place.spool.quarantine.move(waiting, reason)
