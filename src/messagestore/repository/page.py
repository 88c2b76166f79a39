"""Pages: how a long answer is read in pieces that stay cheap however far one reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from messagestore.errors import InvalidQuery
from messagestore.identifiers import LAST_ID, carries_time, time_of
from messagestore.message import Message

MAX_LIMIT = 1000
"""The most messages that one page may hold; `iterate` reads any number."""

Position = tuple[datetime, UUID]
"""The created_at and id below which a page begins."""

END_OF_TIME = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


class Page(msgspec.Struct, frozen=True):
    """Messages, newest first, and where the next page begins (None: there is no more).

    `next` goes into `before=` of the same call. It is the id of the page's last message, so it
    stays valid for ever, whatever is stored or deleted meanwhile.
    """

    messages: list[Message]
    next: str | None

    def __iter__(self) -> Iterator[Message]:
        """Iterate over the messages."""
        return iter(self.messages)

    def __len__(self) -> int:
        """Count the messages of this page."""
        return len(self.messages)


def cut_page(messages: Sequence[Message], limit: int) -> Page:
    """Make a page of up to `limit` from messages of which one more was asked for."""
    more = len(messages) > limit
    return Page(list(messages[:limit]), str(messages[limit - 1].id) if more else None)


def keyset(before: str | UUID | None) -> Position:
    """Return the position of a page. Raises InvalidQuery."""
    if before is None:
        return END_OF_TIME, LAST_ID
    identifier = to_uuid(before, "before")
    if not carries_time(identifier):
        raise InvalidQuery("before must be the `next` of a page, or the id of a message")
    return time_of(identifier), identifier


def to_uuid(value: str | UUID, name: str) -> UUID:
    """Read an id of ours. Raises InvalidQuery that names the parameter."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise InvalidQuery(f"{name} must be an id of the store (a UUID)") from None


def check_limit(limit: int, *, name: str = "limit") -> int:
    """Return the limit. Raises InvalidQuery unless it is 1 to 1,000."""
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MAX_LIMIT:
        raise InvalidQuery(f"{name} must be 1 to {MAX_LIMIT}; read on with before=page.next")
    return limit


def check_offset(offset: int) -> int:
    """Return the offset. Raises InvalidQuery when it is negative."""
    if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset < 2**62:
        raise InvalidQuery("offset must be 0 or more")
    return offset


def check_time(name: str, value: datetime) -> datetime:
    """Return the time. Raises InvalidQuery when it has no zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidQuery(f"{name} must be a datetime with a time zone")
    return value
