"""What a log call came to."""

from enum import StrEnum

import msgspec

from messagestore.logger.message_context import MessageContext
from messagestore.message import Message


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    WAITING = "waiting"
    IGNORED = "ignored"
    REFUSED = "refused"
    FAILED = "failed"


class LogResult(msgspec.Struct, frozen=True, kw_only=False):
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
        """Whether what was logged is safe: stored, or known not to need storing."""
        return self.outcome not in {Outcome.FAILED, Outcome.REFUSED}
