"""Who a message is from and to, and where: what every adapter reads, each in its own way."""

import msgspec

from messagestore.message import ContextType, Direction


class Parties(msgspec.Struct, kw_only=True, frozen=True):
    """Both ends of a message, and its context."""

    direction: Direction
    sender: str
    recipient: str
    context_id: str
    context_type: ContextType
