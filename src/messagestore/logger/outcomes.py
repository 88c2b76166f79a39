"""What an event came to: one place that turns what was written, or raised, into a result."""

import logging

from messagestore.errors import InvalidMessage, MessageStoreError
from messagestore.logger.durable_log import Quarantined, Spooled
from messagestore.logger.result import LogResult, MessageContext, Outcome
from messagestore.message import Message, StoredMessage
from messagestore.repository.records import Record, StoreMessage, Written
from messagestore.repository.statuses import ChangeResult

_log = logging.getLogger("messagestore")


def failure(error: Exception, context: MessageContext | None = None) -> LogResult:
    """Report an error: our own sentences hold nothing personal, those of others might.

    What is wrong in itself is refused; what may go well another time has failed.
    """
    if isinstance(error, MessageStoreError):
        _log.error("a message was not logged: %s: %s", type(error).__name__, error)
        outcome = Outcome.REFUSED if isinstance(error, InvalidMessage) else Outcome.FAILED
        return LogResult(outcome, None, context, reason=str(error), error=error)
    _log.error("a message was not logged: %s", type(error).__name__)
    return LogResult(Outcome.FAILED, None, context, reason=type(error).__name__, error=error)


def describe(  # noqa: PLR0911 (one for each kind)
    record: Record,
    written: Written | Spooled | Quarantined,
    context: MessageContext | None = None,
) -> LogResult:
    """Say what writing a record came to; an incoming message has the context of its answer."""
    match written:
        case StoredMessage(message=message, created=created):
            return LogResult(Outcome.STORED if created else Outcome.DUPLICATE, message, context)
        case Spooled():
            message = record.message if isinstance(record, StoreMessage) else None
            reason = "the database does not answer"
            return LogResult(Outcome.SPOOLED, message, context, reason=reason)
        case Quarantined(reason=reason):
            return LogResult(Outcome.QUARANTINED, None, context, reason=reason)
        case ChangeResult(message=message) if message is None:
            return LogResult(Outcome.WAITING, reason="its message has not come yet")
        case ChangeResult(message=message, changed=changed):
            return LogResult(Outcome.CHANGED if changed else Outcome.DUPLICATE, message)
        case Message():
            return LogResult(Outcome.CHANGED, written)
        case None:
            reason = "the queued message that it confirms is not stored"
            return LogResult(Outcome.REFUSED, reason=reason)
