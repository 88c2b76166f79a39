"""One line: a message as JSON, written without a JSON encoder, which would take half the time."""

from typing import NamedTuple

from messagestore.bench.dataset.contexts import context_id, is_group, person
from messagestore.bench.dataset.kinds import Kind

BOT = "4930000000"

_SECONDS = [f"{second // 60:02d}:{second % 60:02d}Z" for second in range(3600)]
_ODD = 0x9E3779B97F4A7C15F39CC0605CEDC835
_MASK = (1 << 128) - 1


class Drawn(NamedTuple):
    """What is drawn for a message."""

    rank: int
    """Of its context, from 0."""
    kind: Kind
    hour: str
    """The hour it is of, as ISO 8601 begins."""
    base: int
    """The same in seconds since 1970."""
    second: int
    """Within the hour."""
    bits: int
    """40 random ones, for all the rest."""


def message_id(number: int) -> str:
    """Return the provider's id of the message of that number.

    They are spread like random ones, and no two are the same: the factor is odd.
    """
    return f"wamid.HBgN{number * _ODD & _MASK:032X}"


def line(number: int, drawn: Drawn, text: str | None, before: int) -> bytes:
    """Write a message; `before` is the number of the one before it in its context, or -1."""
    rank, kind, hour, base, second, bits = drawn
    context = context_id(rank)
    other = person(rank, bits)
    sender, recipient = (other, BOT) if kind.incoming else (BOT, context)
    later = f'"{hour}{_SECONDS[min(second + 2 + bits % 60, 3599)]}"'
    reply = f'"{message_id(before)}"' if kind.reply and before >= 0 else "null"
    media = kind.media % number if kind.has_media else kind.media
    metadata = kind.metadata % number if kind.has_order else kind.metadata
    content = "null" if text is None else f'"{text}"'
    return (
        f'{{"id":"{_id(number, base + second, bits)}","message_id":"{message_id(number)}",'
        f'"context_id":"{context}","context_type":"{"group" if is_group(rank) else "private"}",'
        f'"direction":"{"incoming" if kind.incoming else "outgoing"}","sender":"{sender}",'
        f'"recipient":"{recipient}","content":{content},{media},{kind.outcome},'
        f'"metadata":{metadata},"created_at":"{hour}{_SECONDS[second]}",'
        f'"delivered_at":{later if kind.delivered else "null"},'
        f'"read_at":{later if kind.read else "null"},"reply_to_message_id":{reply},'
        f"{kind.flags}}}\n"
    ).encode()


def _id(number: int, second: int, bits: int) -> str:
    """Make an id as messagestore.identifiers does, with the number as the time of arrival."""
    value = (
        second * 1000 << 80
        | 7 << 76
        | (number >> 40) << 64
        | 0b10 << 62
        | (number & (1 << 40) - 1) << 22
        | bits & (1 << 22) - 1
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
