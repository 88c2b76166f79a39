"""What a log call came to, and the context in which a message is answered."""

from enum import StrEnum
from typing import Any, Protocol

import msgspec

from messagestore.message import UNKNOWN_PARTY, ContextType, Message, NewMessage


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    WAITING = "waiting"
    SPOOLED = "spooled"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    FAILED = "failed"


class OutgoingLog(Protocol):
    """The part of MessageLogger that an answer needs."""

    @property
    def bot(self) -> str:
        """The sender of what goes out."""
        ...

    async def log_outgoing(
        self, context_id: str, recipient: str, content: str | None, **options: Any
    ) -> "LogResult":
        """Log what goes out."""
        ...

    async def log_sent(self, queued: Message, message_id: str | None) -> "LogResult":
        """Log that it was sent."""
        ...

    async def log_failed(self, message_id: str, error: str) -> "LogResult":
        """Log that it could not be sent."""
        ...


class MessageContext(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation from the bot's side, with the message it is about to answer, if any."""

    logger: OutgoingLog
    context_id: str
    recipient: str
    bot: str
    context_type: ContextType = ContextType.PRIVATE
    reply_to: str | None = None

    @classmethod
    def answering(cls, logger: OutgoingLog, message: NewMessage) -> "MessageContext":
        """Return the context in which an incoming message is answered."""
        group = message.context_type is ContextType.GROUP
        addressed = not group and message.recipient != UNKNOWN_PARTY
        return cls(
            logger=logger,
            context_id=message.context_id,
            recipient=message.context_id if group else message.sender,
            bot=message.recipient if addressed else logger.bot,
            context_type=message.context_type,
            reply_to=message.message_id,
        )


class LogResult(msgspec.Struct, frozen=True):
    """What a log call came to.

    `message` is the row, where there is one; `context` what an answer goes into, after an incoming
    message (also when it could not be stored: the bot goes on); `reason` says in a sentence why
    something was not stored; `error` is what happened, with outcome `failed`.
    """

    outcome: Outcome
    message: Message | None = None
    context: MessageContext | None = None
    reason: str | None = None
    error: Exception | None = None

    @property
    def durable(self) -> bool:
        """Whether what was logged is safe: stored, kept to be stored, or not to be stored."""
        return self.outcome not in {Outcome.FAILED, Outcome.REFUSED}
