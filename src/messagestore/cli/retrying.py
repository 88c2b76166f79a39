"""Retrying: quarantined records, written to the database once more."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from messagestore.cli.progress import Meter, metered
from messagestore.cli.quarantined import Place, read_record
from messagestore.logger.message_logger import describe
from messagestore.logger.result import LogResult, Outcome
from messagestore.repository.records import Record
from messagestore.service import MessageService

_BATCH = 100


class Retrying:
    """Writes records; what is taken leaves the quarantine, what is refused stays there."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter({Outcome.STORED: 0})
        self.reasons: Counter[tuple[str, str]] = Counter()

    async def retry(self, service: MessageService, places: Sequence[Place]) -> None:
        """Write what is at these places. Raises DatabaseError on an outage: the rest stays."""
        waiting = iter(places)
        with metered("Retrying", unit="records", total=len(places)) as meter:
            while batch := list(islice(waiting, _BATCH)):
                await self._retry_batch(service, batch, meter)

    async def _retry_batch(self, service: MessageService, batch: list[Place], meter: Meter) -> None:
        readable: list[tuple[Place, Record]] = []
        for place in batch:
            record = read_record(place.load().payload)
            if record is None:
                self._keep(place, "not a record")
            else:
                readable.append((place, record))
        results = await service.write_many([record for _, record in readable])
        for (place, record), written in zip(readable, results, strict=True):
            if isinstance(written, Exception):
                self._keep(place, str(written))
            else:
                self._settle(place, describe(record, written))
        meter.advance(len(batch), items=len(batch))

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
