"""The traffic of `serve --demo`: the samples' conversations, which go on and on."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby, zip_longest
from secrets import token_hex

from msgspec.structs import replace

from messagestore.cli.demo_bot import EchoBot
from messagestore.cli.demo_provider import StoryClock
from messagestore.errors import MessageStoreError
from messagestore.event import (
    Event,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    StatusChanged,
)
from messagestore.logger.message_logger import MessageLogger
from messagestore.message import NewMessage
from messagestore.providers import get_provider
from messagestore.providers.samples import Sample, samples

_PAUSE = 0.5
"""Seconds between two payloads: a few messages a second, with the answers."""


async def chat_on(logger: MessageLogger) -> None:
    """Repeat the samples' conversations as new ones, until it is cancelled."""
    while True:
        bot = EchoBot(logger, StoryClock())
        repetition = Repetition()
        for sample in _in_turns():
            for event in get_provider(sample.provider).parse(sample.body):
                renewed = repetition.renew(event, datetime.now(UTC))
                if renewed is not None:
                    with suppress(MessageStoreError):  # an outage ends, and the demo need not
                        await bot.handle(renewed)
            await bot.provider.report_all()
            await asyncio.sleep(_PAUSE)


class Repetition:
    """One more run of all conversations: the same words under ids of its own, at present."""

    def __init__(self) -> None:
        self._mark = token_hex(4)
        self._repeated: set[str] = set()

    def renew(self, event: Event, now: datetime) -> Event | None:
        """Return the event as it happens now; None for what a repetition has no use for."""
        match event:
            case MessageReceived(message=message) if "history" not in message.metadata:
                self._repeated.add(message.message_id)
                return MessageReceived(message=self._message(message, now))
            case MessageEdited() if event.message_id in self._repeated:
                edit_id = self._id(event.edit_id)
                return replace(
                    event, message_id=self._id(event.message_id), edit_id=edit_id, at=now
                )
            case StatusChanged() | MessageDeleted() | ReactionChanged() if (
                event.message_id in self._repeated
            ):
                return replace(event, message_id=self._id(event.message_id), at=now)
            case _:
                return None

    def _message(self, message: NewMessage, now: datetime) -> NewMessage:
        answered = message.reply_to_message_id
        return replace(
            message,
            message_id=self._id(message.message_id),
            reply_to_message_id=self._id(answered) if answered in self._repeated else answered,
            created_at=now,
            delivered_at=message.delivered_at and now,
            read_at=message.read_at and now,
        )

    def _id(self, sample_id: str | None) -> str:
        return f"{sample_id}.{self._mark}"


def _in_turns() -> Iterator[Sample]:
    """Yield the samples, one of each provider after the other."""
    stories = [[*story] for _, story in groupby(samples(), lambda sample: sample.provider)]
    for turn in zip_longest(*stories):
        yield from filter(None, turn)
