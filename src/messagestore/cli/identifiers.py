"""Naming a message: by our id, or by its provider's."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from messagestore.errors import MessageNotFound

if TYPE_CHECKING:
    from messagestore.message import Message
    from messagestore.store import MessageStore

Identifier = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The message: its id (a UUID), or the message_id of its provider."
    ),
]


async def find(store: "MessageStore", named: str) -> "Message":
    """Return the message, hidden or not: one that looks like our id may be a provider's too."""
    message = None
    if (identifier := _uuid(named)) is not None:
        message = await store.messages.get(identifier, include_deleted=True)
    if message is None:
        message = await store.messages.get_by_message_id(named, include_deleted=True)
    if message is None:
        raise MessageNotFound(f"No message has the id {named}.")
    return message


def _uuid(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None
