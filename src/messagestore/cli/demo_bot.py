"""The bot of the demo: it answers every message with what it says."""

from collections import Counter
from datetime import datetime
from functools import partial

from messagestore.cli.demo_provider import PretendProvider, StoryClock
from messagestore.event import Event, MessageReceived, StatusChanged
from messagestore.flow import send_and_log
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.result import MessageContext, Outcome
from messagestore.message import NewMessage
from messagestore.providers import get_provider
from messagestore.providers.samples import samples

_THINKING = 2
"""Seconds of the story between a message and its answer."""


class EchoBot:
    """Logs what comes in, and answers what is new: what comes again is not answered again."""

    def __init__(self, logger: MessageLogger, clock: StoryClock) -> None:
        self._logger = logger
        self._clock = clock
        self.provider = PretendProvider(logger, clock)
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.sent = 0
        self.failed = 0

    async def handle_samples(self) -> int:
        """Handle every sample that the package ships; return how many there are."""
        count = 0
        for sample in samples():
            count += 1
            for event in get_provider(sample.provider).parse(sample.body):
                await self.handle(event)
        return count

    async def handle(self, event: Event) -> None:
        """Log an event of a payload, and answer it where it is a new message to the bot."""
        self._clock.turn_to(_time_of(event), seconds=_THINKING)
        result = await self._logger.log_incoming(event)
        if result.error is not None:
            raise result.error
        self.outcomes[result.outcome] += 1
        if result.reason:
            self.reasons[result.outcome, result.reason] += 1
        if result.outcome is not Outcome.STORED or result.context is None:
            return
        if isinstance(event, MessageReceived) and "history" not in event.message.metadata:
            await self._answer(event.message, result.context)

    async def _answer(self, message: NewMessage, context: MessageContext) -> None:
        said = message.content or (message.media_type and f"(your {message.media_type})")
        try:
            await send_and_log(
                context, partial(self.provider.send, message), f"You said: {said or '(nothing)'}"
            )
        except ConnectionError:  # the message is stored as failed, with the reason
            self.failed += 1
        else:
            self.sent += 1


def _time_of(event: Event) -> datetime | None:
    if isinstance(event, MessageReceived):
        return event.message.created_at
    return event.at if isinstance(event, StatusChanged) else None
