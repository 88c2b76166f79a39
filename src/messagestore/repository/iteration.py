"""Iterating over any number of messages in constant memory, without holding a transaction."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec

from messagestore.database.reader import Source
from messagestore.errors import InvalidQuery
from messagestore.identifiers import FIRST_ID
from messagestore.message import Message
from messagestore.repository.page import END_OF_TIME, check_time
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_messages

PAGE_SIZE = 1000
START_OF_TIME = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages: all, or those of one conversation, one direction or one type of context."""

    context_id: str | None
    direction: str | None
    context_type: str | None
    include_deleted: bool

    def statement(self) -> tuple[str, Any]:
        """Return the statement's name and its last parameter. Raises InvalidQuery."""
        choices = {
            "iterate_conversation": self.context_id,
            "iterate_direction": self.direction,
            "iterate_context_type": self.context_type,
        }
        chosen = [(name, value) for name, value in choices.items() if value is not None]
        if len(chosen) > 1:
            raise InvalidQuery("Give one of context_id, direction and context_type, not several")
        if chosen and self.include_deleted:
            raise InvalidQuery("include_deleted goes with all messages, not with a choice of them")
        return chosen[0] if chosen else ("iterate", self.include_deleted)


async def iterate(
    source: Source, selection: Selection, *, since: datetime | None, until: datetime | None
) -> AsyncIterator[Message]:
    """Yield messages, oldest first, page by page."""
    name, choice = selection.statement()
    end = END_OF_TIME if until is None else check_time("until", until)
    # `since` is included: nothing sorts between it and the first id.
    position = (START_OF_TIME if since is None else check_time("since", since), FIRST_ID)
    while True:
        rows = await source.fetch(sql(name), *position, end, PAGE_SIZE, choice)
        for message in to_messages(rows):
            yield message
        if len(rows) < PAGE_SIZE:
            return
        position = (rows[-1]["created_at"], rows[-1]["id"])
