"""Rewrites: edits, reactions and deletions of messages that are stored, or will be.

One that comes before its message waits for it behind a placeholder, as a status does (statuses.py).
"""

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.message import Message
from messagestore.repository.amendments import with_edit, with_reaction
from messagestore.repository.keys import Key, find_key, hold_placeholders, read
from messagestore.repository.queries import sql
from messagestore.repository.records import (
    Edit,
    Hide,
    React,
    Record,
    Rewrite,
    decode,
    encode,
    target_of,
)
from messagestore.repository.removal import hide
from messagestore.repository.rows import to_json, to_message
from messagestore.repository.statuses import ChangeResult


async def apply_rewrite(database: Database, rewrite: Rewrite) -> ChangeResult:
    """Rewrite a message under its lock, or keep the rewrite until the message comes."""

    async def work(connection: Connection) -> ChangeResult:
        message_id = target_of(rewrite)
        while True:
            key = await find_key(connection, message_id)
            if key is not None and (result := await _apply(connection, key, rewrite)):
                return result
            if await hold_placeholders(connection, [message_id]):
                await _keep(connection, rewrite)
                return ChangeResult(None, changed=False)

    return await database.transact(work)


async def apply_waiting_rewrites(connection: Connection, stored: dict[str, Message]) -> None:
    """Apply the rewrites that waited for these messages, by message_id, and replace what changed.

    Runs in the transaction that made the messages known by these ids, after it did.
    """
    rows = await connection.fetch(sql("take_pending_rewrites"), sorted(stored))
    for row in sorted(rows, key=lambda row: row["occurred_at"]):
        message = stored[row["message_id"]]
        result = await _apply(connection, Key.of(message), decode(row["record"].encode()))
        stored[message.message_id] = (result and result.message) or message


async def _apply(connection: Connection, key: Key, rewrite: Record) -> ChangeResult | None:
    """Rewrite a message that is stored; None when it is gone."""
    if isinstance(rewrite, Hide):
        hidden = await hide(connection, key, rewrite.at, rewrite.deletion.reason)
        message = hidden or await read(connection, key)
        return ChangeResult(message, changed=hidden is not None) if message else None
    row = await connection.fetchrow(sql("lock_message"), *key.place)
    if row is None:
        return None
    message = to_message(row)
    changed = _rewritten(message, rewrite)
    if changed == message:
        return ChangeResult(message, changed=False)
    await connection.execute(
        sql("rewrite_message"),
        *key.place,
        changed.content,
        changed.media_url,
        changed.media_content_type,
        to_json(changed.metadata),
    )
    return ChangeResult(changed, changed=True)


def _rewritten(message: Message, rewrite: Record) -> Message:
    match rewrite:
        case Edit(edit=edit, at=at):
            return with_edit(message, edit, at)
        case React(reaction=reaction, at=at):
            return with_reaction(message, reaction, at)
        case _:
            raise AssertionError("unreachable")


async def _keep(connection: Connection, rewrite: Rewrite) -> None:
    match rewrite:
        case Edit(edit=edit):
            kind, subject = "edit", edit.edit_id
        case React(reaction=reaction):
            kind, subject = "react", reaction.sender
        case Hide():
            kind, subject = "hide", ""
    await connection.execute(
        sql("add_pending_rewrite"),
        target_of(rewrite),
        kind,
        subject,
        rewrite.at,
        encode(rewrite).decode(),
    )
