"""Ingestion: many payloads into the store at once, with an account of what became of each event."""

from collections import Counter
from collections.abc import Callable, Iterable

from messagestore.errors import InvalidMessage
from messagestore.event import Event, Ignored, MessageReceived, Refused
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.outcomes import describe
from messagestore.logger.result import Outcome
from messagestore.preparation import Recordable
from messagestore.repository.records import Record
from messagestore.service import MessageService

BATCH = 500


class Ingestion:
    """Feeds events to the store in batches, in their order.

    Unlike the logger, which never raises into a bot, an outage raises DatabaseError here: whoever
    feeds has the payloads and must know from where to begin again.
    """

    def __init__(
        self,
        service: MessageService,
        logger: MessageLogger,
        *,
        on_refused: Callable[[str, str], None] = lambda _origin, _reason: None,
    ) -> None:
        """`on_refused` is told the origin and the reason of what is not stored."""
        self._service = service
        self._logger = logger
        self._on_refused = on_refused
        self._waiting: list[tuple[str, Record]] = []
        self.outcomes: Counter[Outcome] = Counter()
        self.reasons: Counter[tuple[Outcome, str]] = Counter()

    async def feed(self, events: Iterable[Event], origin: str = "") -> None:
        """Take events, all of one origin; they are written when a batch is full."""
        for event in events:
            match event:
                case Ignored(reason=reason, unknown=unknown):
                    self._count(Outcome.UNKNOWN if unknown else Outcome.IGNORED, reason, origin)
                case Refused(reason=reason):
                    self._count(Outcome.REFUSED, reason, origin)
                case _:
                    self._take(event, origin)
            if len(self._waiting) >= BATCH:
                await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        batch, self._waiting = self._waiting, []
        results = await self._service.write_many([record for _, record in batch])
        for (origin, record), written in zip(batch, results, strict=True):
            if isinstance(written, Exception):
                self._count(Outcome.REFUSED, str(written), origin)
            else:
                result = describe(record, written)
                self._count(result.outcome, result.reason, origin)

    def _take(self, event: Recordable, origin: str) -> None:
        if isinstance(event, MessageReceived):
            event = MessageReceived(message=self._logger.commands.mark(event.message))
        try:
            self._waiting.append((origin, self._service.prepare(event)))
        except InvalidMessage as error:
            self._count(Outcome.REFUSED, str(error), origin)

    def _count(self, outcome: Outcome, reason: str | None, origin: str) -> None:
        self.outcomes[outcome] += 1
        if reason:
            self.reasons[outcome, reason] += 1
        if outcome is Outcome.REFUSED:
            self._on_refused(origin, reason or "")
