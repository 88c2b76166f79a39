"""MessagePages: the questions whose answer is a page of messages, or any number of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from messagestore.checks import parse_enum
from messagestore.database.reader import Reader
from messagestore.errors import InvalidMessage, InvalidQuery
from messagestore.message import ContextType, Direction, MediaType, Message, Status
from messagestore.repository.iteration import Selection, iterate
from messagestore.repository.newest_first import Lookup, NewestFirst
from messagestore.repository.page import (
    Page,
    check_limit,
    check_offset,
    check_time,
    cut_page,
    keyset,
)
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_json, to_messages
from messagestore.sanitizer import Sanitizer

METADATA_WINDOW = 250
"""How many of the newest messages are read before the index of metadata is asked."""

WIDEST_METADATA_WINDOW = 4000
"""How many are read at most, where they promise a page: 2 ms."""


class MessagePages:
    """Asks the table `messages`; part of MessageRepository.

    A page holds up to `limit` messages, newest first; give its `next` as `before` to read on.
    Hidden messages are left out. Wrong arguments raise InvalidQuery.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get_conversation_history(
        self,
        context_id: str,
        *,
        limit: int = 50,
        before: str | UUID | None = None,
        offset: int = 0,
    ) -> Page:
        """Return a conversation; `before` costs the same at any depth, `offset` what it skips."""
        name = "get_conversation_history" + ("_after_offset" if check_offset(offset) else "")
        skipped = (offset,) if offset else ()
        return await self._page(
            name, context_id=context_id, limit=limit, before=before, after=skipped
        )

    async def get_messages_between(
        self,
        context_id: str,
        start: datetime,
        end: datetime,
        *,
        limit: int = 50,
        before: str | UUID | None = None,
    ) -> Page:
        """Return a conversation's messages with start <= created_at < end."""
        span = (check_time("start", start), check_time("end", end))
        return await self._page(
            "get_messages_between", *span, context_id=context_id, limit=limit, before=before
        )

    async def get_messages_by_status(
        self,
        context_id: str,
        direction: Direction,
        status: Status,
        *,
        limit: int = 50,
        before: str | UUID | None = None,
    ) -> Page:
        """Return a conversation's messages of one direction and status: what is queued, say."""
        chosen = (_choice("direction", direction, Direction), _choice("status", status, Status))
        return await self._page(
            "get_messages_by_status", *chosen, context_id=context_id, limit=limit, before=before
        )

    async def get_user_messages(
        self, sender: str, *, limit: int = 50, before: str | UUID | None = None
    ) -> Page:
        """Return what a sender wrote, in any conversation."""
        return await self._page("get_user_messages", sender, limit=limit, before=before)

    async def get_media_messages(
        self,
        context_id: str,
        *,
        media_type: MediaType | None = None,
        limit: int = 50,
        before: str | UUID | None = None,
    ) -> Page:
        """Return a conversation's messages with media, of one type or of all."""
        chosen = None if media_type is None else _choice("media_type", media_type, MediaType)
        return await self._page(
            "get_media_messages", chosen, context_id=context_id, limit=limit, before=before
        )

    async def get_failed_messages(
        self,
        context_id: str | None = None,
        *,
        limit: int = 50,
        before: str | UUID | None = None,
    ) -> Page:
        """Return what could not be sent, in one conversation or (None) anywhere."""
        if context_id is None:
            return await self._page("get_failed_messages_anywhere", limit=limit, before=before)
        return await self._page(
            "get_failed_messages", context_id=context_id, limit=limit, before=before
        )

    async def get_commands(
        self, command_name: str, *, limit: int = 50, before: str | UUID | None = None
    ) -> Page:
        """Return the uses of a bot command (named without its prefix), in any conversation."""
        return await self._page("get_commands", command_name, limit=limit, before=before)

    async def find_by_metadata(
        self,
        contains: Mapping[str, Any],
        *,
        limit: int = 50,
        before: str | UUID | None = None,
    ) -> Page:
        """Return messages whose metadata contain this JSON object (PostgreSQL's `@>`)."""
        try:
            wanted = Sanitizer().json_object(contains, field="contains")
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidQuery(f"contains is not a JSON object: {error}") from None
        if not wanted:
            raise InvalidQuery("contains is empty, which every message matches; use iterate()")
        text = to_json(wanted)
        lookup = Lookup(
            recent="find_recent_by_metadata",
            by_index="find_by_metadata",
            filters=(text,),
            index_filters=(text,),
            window=METADATA_WINDOW,
            widest_window=WIDEST_METADATA_WINDOW,
        )
        source, position = self._reader.about(None), keyset(before)
        return await NewestFirst(source, lookup, position, check_limit(limit)).page()

    def iterate(  # noqa: PLR0913 (each is a choice of its own, named at the call)
        self,
        *,
        context_id: str | None = None,
        direction: Direction | None = None,
        context_type: ContextType | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        include_deleted: bool = False,
    ) -> AsyncIterator[Message]:
        """Iterate over any number of messages, oldest first, in constant memory.

        At most one of `context_id`, `direction` and `context_type` chooses among them; `since` is
        included and `until` is not. Messages stored meanwhile appear if they come later in time.
        """
        selection = Selection(
            context_id=context_id,
            direction=None if direction is None else _choice("direction", direction, Direction),
            context_type=None
            if context_type is None
            else _choice("context_type", context_type, ContextType),
            include_deleted=include_deleted,
        )
        return iterate(self._reader.about(context_id), selection, since=since, until=until)

    async def _page(
        self,
        name: str,
        *arguments: Any,
        context_id: str | None = None,
        limit: int,
        before: str | UUID | None,
        after: Sequence[int] = (),
    ) -> Page:
        check_limit(limit)
        scope = () if context_id is None else (context_id,)
        rows = await self._reader.about(context_id).fetch(
            sql(name), *scope, *arguments, *keyset(before), limit + 1, *after
        )
        return cut_page(to_messages(rows), limit)


def _choice(name: str, value: str, enum: Any) -> str:
    try:
        return str(parse_enum(name, value, enum))
    except InvalidMessage as error:
        raise InvalidQuery(str(error)) from None
