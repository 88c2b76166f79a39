"""MessageContext: where an answer goes, and what it answers."""

from typing import TYPE_CHECKING

import msgspec

from messagestore.message import ContextType, NewMessage

if TYPE_CHECKING:
    from messagestore.logger.message_logger import MessageLogger


class MessageContext(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation from the bot's side, with the message it is about to answer, if any."""

    logger: "MessageLogger"
    context_id: str
    recipient: str
    bot: str
    context_type: ContextType = ContextType.PRIVATE
    reply_to: str | None = None

    @classmethod
    def answering(cls, logger: "MessageLogger", message: NewMessage) -> "MessageContext":
        """Return the context in which an incoming message is answered."""
        group = message.context_type is ContextType.GROUP
        return cls(
            logger=logger,
            context_id=message.context_id,
            recipient=message.context_id if group else message.sender,
            bot=message.recipient if not group else logger.bot,
            context_type=message.context_type,
            reply_to=message.message_id,
        )
