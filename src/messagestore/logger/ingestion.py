"""Ingestion: many payloads into the store at once, with an account of what became of each event."""

from collections import Counter
from collections.abc import Iterable

from messagestore.errors import DatabaseError
from messagestore.event import Event, MessageReceived
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.result import Outcome
from messagestore.message import NewMessage
from messagestore.service import MessageService

BATCH = 500


class Ingestion:
    """Feeds events to the store: messages in batches, the rest in order between them.

    Unlike the logger, which never raises into a bot, an outage raises DatabaseError here: whoever
    feeds has the payloads and must know from where to begin again.
    """

    def __init__(self, service: MessageService, logger: MessageLogger) -> None:
        self._service = service
        self._logger = logger
        self._waiting: list[NewMessage] = []
        self.outcomes: Counter[Outcome] = Counter()
        self.reasons: Counter[tuple[Outcome, str]] = Counter()

    async def feed(self, events: Iterable[Event]) -> None:
        """Take events; messages are stored when a batch is full, or before what refers to them."""
        for event in events:
            if isinstance(event, MessageReceived):
                self._waiting.append(self._logger.commands.mark(event.message))
                if len(self._waiting) >= BATCH:
                    await self.flush()
                continue
            await self.flush()
            result = await self._logger.log_event(event)
            if isinstance(result.error, DatabaseError):
                raise result.error
            self.count(result.outcome, result.reason)

    async def flush(self) -> None:
        """Store what waits."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        result = await self._service.log_messages(batch)
        self.outcomes[Outcome.STORED] += result.created
        self.outcomes[Outcome.DUPLICATE] += result.duplicates
        for refused in result.refused:
            self.count(Outcome.REFUSED, str(refused.error))

    def count(self, outcome: Outcome, reason: str | None = None) -> None:
        """Count one event, with the reason why it was not stored."""
        self.outcomes[outcome] += 1
        if reason:
            self.reasons[outcome, reason] += 1
