"""Statuses: they only rise, and those that come before their message wait for it.

Two transactions must not miss each other: one that stores a message, and one that looks for the
message and lets its status wait. Both go through the unique key of `message_keys`. The status
claims the key first: while a writer holds it, the claim waits, and then finds the message. What it
claims stays as a placeholder, so that a writer who comes later meets it and knows of the statuses;
everyone else stores in one statement, without looking for any.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import msgspec

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.message import Message, Status
from messagestore.repository.keys import (
    Key,
    columns_of,
    days_of,
    find_keys,
    hold_placeholders,
    read_many,
)
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_message
from messagestore.repository.status_changes import FoldedStatus, StatusChange


class ChangeResult(msgspec.Struct, frozen=True):
    """What a change of a message came to.

    `message` is the row as it is now, None while the message has not come (the change waits for
    it); `changed` says whether this, or another one in the same batch, changed anything.
    """

    message: Message | None
    changed: bool

    @property
    def waits(self) -> bool:
        """Whether the change waits for its message."""
        return self.message is None


async def apply_statuses(database: Database, changes: Sequence[StatusChange]) -> list[ChangeResult]:
    """Apply statuses to their messages, or keep them until those come; in one transaction."""
    return await database.transact(partial(_apply, changes=changes))


async def _apply(connection: Connection, changes: Sequence[StatusChange]) -> list[ChangeResult]:
    by_message: dict[str, list[StatusChange]] = defaultdict(list)
    for change in changes:
        by_message[change.message_id].append(change)
    keys = await _find_or_keep(connection, by_message)
    folded = {
        message_id: FoldedStatus.of((one.status, one.error, one.at) for one in known)
        for message_id, known in by_message.items()
        if message_id in keys
    }
    changed = await apply_folded(connection, keys, folded)
    unchanged = [key for message_id, key in keys.items() if message_id not in changed]
    messages = await read_many(connection, unchanged) | changed
    return [
        ChangeResult(messages.get(change.message_id), change.message_id in changed)
        for change in changes
    ]


async def apply_folded(
    connection: Connection, keys: Mapping[str, Key], folded: Mapping[str, FoldedStatus]
) -> dict[str, Message]:
    """Apply what statuses came to, to messages that are stored; return the rows that changed."""
    if not folded:
        return {}
    places = columns_of([keys[message_id].place for message_id in folded])
    values = [(one.status, one.error, one.delivered_at, one.read_at) for one in folded.values()]
    columns = [list(column) for column in zip(*values, strict=True)]
    days = days_of(places[1])
    changed = await connection.fetch(sql("update_statuses"), *places, *columns, *days)
    return {row["message_id"]: to_message(row) for row in changed}


async def apply_waiting_statuses(connection: Connection, stored: dict[str, Message]) -> None:
    """Apply the statuses that waited for these messages, by message_id, and replace what changed.

    Runs in the transaction that made the messages known by these ids, after it did.
    """
    waiting: dict[str, list[tuple[Status, str | None, datetime]]] = defaultdict(list)
    for row in await connection.fetch(sql("take_pending_statuses"), sorted(stored)):
        message_id, status, error, at = row
        waiting[message_id].append((Status(status), error, at))
    keys = {message_id: Key.of(stored[message_id]) for message_id in waiting}
    folded = {message_id: FoldedStatus.of(known) for message_id, known in waiting.items()}
    stored |= await apply_folded(connection, keys, folded)


async def _find_or_keep(
    connection: Connection, by_message: Mapping[str, list[StatusChange]]
) -> dict[str, Key]:
    """Return the keys of the messages that are stored; the statuses of the others are kept."""
    keys = await find_keys(connection, by_message)
    missing = sorted(by_message.keys() - keys.keys())
    while missing:
        kept = await _keep(connection, [by_message[message_id] for message_id in missing])
        missing = [message_id for message_id in missing if message_id not in kept]
        found = await find_keys(connection, missing)
        keys |= found
        missing = [message_id for message_id in missing if message_id not in found]
    return keys


async def _keep(connection: Connection, missing: Sequence[list[StatusChange]]) -> set[str]:
    """Let statuses wait; return the message_ids whose message did not come meanwhile."""
    expected = await hold_placeholders(connection, [known[0].message_id for known in missing])
    waiting = [one for known in missing for one in known if one.message_id in expected]
    if waiting:
        columns = [list(column) for column in zip(*_pending_rows(waiting), strict=True)]
        await connection.execute(sql("add_pending_statuses"), *columns)
    return expected


def _pending_rows(waiting: Iterable[StatusChange]) -> list[tuple[object, ...]]:
    """Return one row for each message and status: of several, the earliest and its first error."""
    rows: dict[tuple[str, Status], StatusChange] = {}
    for one in waiting:
        known = rows.get((one.message_id, one.status), one)
        errors = [error for error in (known.error, one.error) if error is not None]
        rows[one.message_id, one.status] = msgspec.structs.replace(
            known, error=min(errors, default=None), at=min(known.at, one.at)
        )
    return [(r.message_id, r.status, r.error, r.at, r.received_at) for r in rows.values()]
