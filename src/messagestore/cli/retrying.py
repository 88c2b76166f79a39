"""Retrying: quarantined records, written to the database once more."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from messagestore.cli.progress import metered
from messagestore.cli.quarantined import Place
from messagestore.logger.quarantined import Retrial, retry_all
from messagestore.logger.result import Outcome

if TYPE_CHECKING:
    from messagestore.store import MessageStore

_BATCH = 100


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
                payloads = [place.load().payload for place in batch]
                retrials = await retry_all(store.service, store.logger, payloads)
                for place, retrial in zip(batch, retrials, strict=True):
                    self._settle(place, retrial)
                meter.advance(len(batch), items=len(batch))

    def _settle(self, place: Place, retrial: Retrial) -> None:
        """Let it go, or leave it where it is with the reason; a new one gives it a new number."""
        reason = retrial.refused
        if reason is None:
            place.spool.quarantine.drop(place.number)
            self.outcomes.update(retrial.outcomes)
            return
        self.outcomes[Outcome.REFUSED] += 1
        self.reasons[Outcome.REFUSED, reason] += 1
        if place.load().reason != reason:
            place.spool.quarantine.rename(place.number, reason)
