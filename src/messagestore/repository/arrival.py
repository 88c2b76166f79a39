"""Arrival: what came before a message is applied to it when it lands."""

from messagestore.database.connection import Connection
from messagestore.message import Message
from messagestore.repository.rewrites import apply_waiting_rewrites
from messagestore.repository.statuses import apply_waiting_statuses


async def apply_waiting(connection: Connection, stored: dict[str, Message]) -> None:
    """Apply what waited for these messages, by message_id, and replace what changed.

    Runs in the transaction that made the messages known by these ids, after it did.
    """
    await apply_waiting_statuses(connection, stored)
    await apply_waiting_rewrites(connection, stored)
