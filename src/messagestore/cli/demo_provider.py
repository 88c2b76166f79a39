"""The provider of the demo: it only pretends to send, and keeps the time of the samples' story."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

from messagestore.event import StatusChanged
from messagestore.logger.message_logger import MessageLogger
from messagestore.message import NewMessage, Status

_OUT_OF_ORDER_AT = 5
_HURRY = 4
"""Every so many answers are reported as delivered before the provider has said their id."""


class StoryClock:
    """The time in the samples' story, so that answers stand after their questions; never ahead."""

    def __init__(self) -> None:
        self._story: datetime | None = None

    def __call__(self) -> datetime:
        """Return the time."""
        now = datetime.now(UTC)
        return now if self._story is None else min(now, self._story)

    def turn_to(self, moment: datetime | None, *, seconds: float = 0) -> None:
        """Go to so many seconds after a moment of the story; None leaves the clock as it is."""
        if moment is not None:
            self._story = moment + timedelta(seconds=seconds)

    def end_story(self) -> None:
        """Tell the time of the present from now on."""
        self._story = None


class PretendProvider:
    """Accepts messages, gives them ids, and reports what became of them; all of it offline."""

    def __init__(self, logger: MessageLogger, clock: StoryClock) -> None:
        self._logger = logger
        self._clock = clock
        self._accepted: list[tuple[str, datetime]] = []
        self._calls = 0
        self.outcomes: Counter[str] = Counter()

    async def send(self, answered: NewMessage, text: str) -> str:
        """Pretend to send; the same answer has the same id in every demo."""
        del text
        self._calls += 1
        if self._calls == _OUT_OF_ORDER_AT:
            raise ConnectionError("the pretend provider did not answer")
        message_id = f"wamid.demo.{hashlib.sha256(answered.message_id.encode()).hexdigest()[:24]}"
        self._accepted.append((message_id, self._clock()))
        if self._calls % _HURRY == 0:
            await self._report(message_id, Status.DELIVERED, self._clock())
        return message_id

    async def report_all(self) -> None:
        """Report all that is new as delivered, and every second one as read."""
        self._clock.turn_to(datetime.now(UTC))
        accepted, self._accepted = self._accepted, []
        for number, (message_id, sent_at) in enumerate(accepted):
            await self._report(message_id, Status.DELIVERED, sent_at + timedelta(seconds=1))
            if number % 2:
                await self._report(message_id, Status.READ, sent_at + timedelta(seconds=30))

    async def _report(self, message_id: str, status: Status, at: datetime) -> None:
        event = StatusChanged(message_id=message_id, status=status, at=min(at, datetime.now(UTC)))
        self.outcomes[(await self._logger.log_event(event)).outcome] += 1
