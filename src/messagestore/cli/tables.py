"""Tables of messages, conversations and counts: the one way in which each of them is shown.

Made for 80 columns. All text in them is cleaned, since other people wrote it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich import box, filesize
from rich.table import Table
from rich.text import Text

from messagestore.cli.plain import plain, plain_line

if TYPE_CHECKING:
    from messagestore.message import Message
    from messagestore.repository.conversations import Conversation, MessageStats

_STATUS_STYLES = {"failed": "red", "read": "green", "queued": "yellow"}
_ARROWS = {"incoming": "←", "outgoing": "→"}


def messages_table(messages: Sequence["Message"], roles: Sequence[str] = ()) -> Table:
    """Show messages: when, from whom (← to the bot, → from it), what, how far it got."""
    table = _table()
    table.add_column("time (UTC)", width=10)
    table.add_column("from", width=13, overflow="fold")
    table.add_column("message", ratio=1, overflow="fold")
    table.add_column("status", width=9)
    for index, message in enumerate(messages):
        role = roles[index] if roles else None
        table.add_row(
            _when(message.created_at),
            _who(message, role),
            _what(message),
            Text(message.status, style=_STATUS_STYLES.get(message.status, "")),
        )
    return table


def conversations_table(conversations: Iterable["Conversation"]) -> Table:
    """Show conversations with their counters."""
    table = _table()
    table.add_column("conversation", ratio=1, overflow="fold")
    for header in ("total", "in", "out", "media", "cmds", "failed"):
        table.add_column(header, justify="right")
    table.add_column("last (UTC)", width=10)
    for one in conversations:
        name = Text(plain_line(one.context_id))
        name.append(f"\n{one.context_type}", style="dim")
        table.add_row(name, *_counts(one), _when(one.last_message_at))
    return table


def stats_table(stats: "MessageStats") -> Table:
    """Show the counts of a conversation, or of all."""
    table = _table(expand=False)
    for header in ("total", "incoming", "outgoing", "with media", "commands", "failed"):
        table.add_column(header, justify="right")
    table.add_row(*_counts(stats))
    return table


def pairs_table(pairs: Iterable[tuple[str, object]]) -> Table:
    """Show names and values."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(name, Text(plain_line(str(value))))
    return table


def utc(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _table(*, expand: bool = True) -> Table:
    return Table(box=box.SIMPLE_HEAD, expand=expand, header_style="bold", padding=(0, 1, 0, 0))


def _counts(stats: "MessageStats") -> list[Text]:
    numbers = (stats.total, stats.incoming, stats.outgoing, stats.with_media, stats.commands)
    failed = Text(str(stats.failed), style="red" if stats.failed else "")
    return [*(Text(str(number)) for number in numbers), failed]


def _when(moment: datetime) -> Text:
    return Text(utc(moment).replace("T", "\n"))


def _who(message: "Message", role: str | None) -> Text:
    who = Text(f"{_ARROWS[message.direction]} {plain_line(message.sender)}")
    if role:
        who.append(f"\n{role}", style="dim")
    return who


def _what(message: "Message") -> Text:
    """Show the text, what came with it, what went wrong, and the id to name it by."""
    lines = [Text(plain(message.content))] if message.content else []
    if message.media_type is not None:
        lines.append(Text(_media(message), style="cyan"))
    if message.error_message:
        lines.append(Text(plain_line(message.error_message), style="red"))
    if message.is_deleted:
        lines.append(Text("deleted", style="yellow"))
    lines.append(Text(str(message.id), style="dim"))
    return Text("\n").join(lines)


def _media(message: "Message") -> str:
    size = message.media_size
    parts = (
        message.media_type,
        message.media_content_type,
        filesize.decimal(size) if size is not None else None,
        message.media_url,
    )
    return f"[{plain_line(' '.join(part for part in parts if part))}]"
