"""Intake: files of payloads through a provider's adapter into the store."""

from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from messagestore.cli.account import report_refused
from messagestore.cli.bodies import bodies
from messagestore.cli.lines import opened, shown, total_size
from messagestore.cli.progress import metered
from messagestore.errors import InvalidPayload
from messagestore.event import MessageReceived, Refused
from messagestore.logger.ingestion import Ingestion
from messagestore.logger.result import Outcome
from messagestore.providers import Provider

if TYPE_CHECKING:
    from messagestore.store import MessageStore


class Intake:
    """Feeds payloads to an Ingestion, and says of each that is refused where it stands."""

    def __init__(self, store: "MessageStore", provider: Provider) -> None:
        self._ingestion = Ingestion(store.service, store.logger)
        self._provider = provider
        self._named: Counter[tuple[Outcome, str]] = Counter()
        self._waiting_since: str | None = None

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many events came to what."""
        return {outcome: self._ingestion.outcomes[outcome] for outcome in Outcome}

    @property
    def reasons(self) -> Mapping[tuple[str, str], int]:
        """Why events were not stored, and how often."""
        return {(str(kind), why): n for (kind, why), n in self._ingestion.reasons.items()}

    async def take(self, files: Sequence[Path]) -> None:
        """Take all payloads of the files. Raises DatabaseError when the database goes away."""
        with metered("Ingesting", unit="payloads", total=total_size(files)) as meter:
            for path in files:
                with opened(path) as stream:
                    for body in bodies(stream, path.name):
                        await self._feed(_place(path, body.line), body.data)
                        meter.advance(len(body.data))
            await self._flush("the end")

    async def _feed(self, place: str, data: bytes) -> None:
        try:
            events = self._provider.parse(data)
        except InvalidPayload as error:
            events = [Refused(reason=str(error))]
        for event in events:
            if isinstance(event, Refused):
                self._refuse(place, event.reason)
            elif isinstance(event, MessageReceived):
                self._waiting_since = self._waiting_since or place
                await self._watch(self._ingestion.feed([event]), place)
            else:
                await self._flush(place)
                await self._watch(self._ingestion.feed([event]), place)

    async def _flush(self, place: str) -> None:
        await self._watch(self._ingestion.flush(), place)

    async def _watch(self, work: Awaitable[None], place: str) -> None:
        """Name what is refused meanwhile: of a batch of messages, which one is not told."""
        counted = self._ingestion.outcomes.total()
        await work
        if self._ingestion.outcomes.total() == counted:
            return  # a message that waits for its batch
        if self._waiting_since not in {None, place}:
            place = f"{self._waiting_since} to {place}"
        self._waiting_since = None
        for (outcome, reason), count in (self._ingestion.reasons - self._named).items():
            if outcome in {Outcome.REFUSED, Outcome.FAILED}:
                self._name(place, reason, outcome, count)

    def _refuse(self, place: str, reason: str) -> None:
        self._ingestion.count(Outcome.REFUSED, reason)
        self._name(place, reason, Outcome.REFUSED, 1)

    def _name(self, place: str, reason: str, outcome: Outcome, count: int) -> None:
        self._named[outcome, reason] += count
        times = f" ({count} times)" if count > 1 else ""
        report_refused(place, reason + times)


def _place(path: Path, line: int | None) -> str:
    return shown(path) if line is None else f"{shown(path)}:{line}"
