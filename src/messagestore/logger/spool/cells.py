"""The rows in a page, as far as they can be made out.

https://www.sqlite.org/fileformat2.html#b_tree_pages describes the bytes. Nothing here trusts what
it reads: whether a row is what was written, its checksum says.
"""

from collections.abc import Callable, Iterator

from messagestore.logger.spool.pages import PAGE_BYTES

Value = int | bytes | None

LEAF = 0x0D
_HEADER = 8
_CELLS_MAX = PAGE_BYTES // 16  # a row's checksum alone is as long
_LOCAL_MAX = PAGE_BYTES - 35
_LOCAL_MIN = (PAGE_BYTES - 12) * 32 // 255 - 23
_OVERFLOW = PAGE_BYTES - 4
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_CONSTANTS = {0: None, 8: 0, 9: 1}
_BLOBS_FROM = 12

PageOf = Callable[[int], bytes]


def cell_offsets(page: bytes) -> list[int]:
    """Return where the page says that its cells begin."""
    count = int.from_bytes(page[3:5], "big")
    ends = range(_HEADER, min(_HEADER + 2 * count, PAGE_BYTES - 1), 2)
    return [int.from_bytes(page[at : at + 2], "big") for at in ends]


def looks_whole(page: bytes) -> bool:
    """Say whether the header agrees with itself, whatever type of page it names."""
    count = int.from_bytes(page[3:5], "big")
    if count > _CELLS_MAX:
        return False
    content = int.from_bytes(page[5:7], "big")
    return min(cell_offsets(page), default=PAGE_BYTES) == content


def every_offset(page: bytes) -> Iterator[int]:
    """Return every place where a cell could begin, for a page whose header is damaged."""
    return iter(range(_HEADER, len(page) - 4))


def read_cell(page: bytes, offset: int, page_of: PageOf, columns: range) -> list[Value] | None:
    """Return the values of the row that begins there, its id first; None when there is none."""
    try:
        size, at = _varint(page, offset)
        number, at = _varint(page, at)
        # The header of so few columns is short, and the row's id is stored as NULL, of type 0.
        if not columns.start < page[at] <= columns.stop * 9 or page[at + 1] != 0:
            return None
        local = _local_size(size)
        payload = page[at : at + local]
        if local < size:
            first = int.from_bytes(page[at + local : at + local + 4], "big")
            payload += _overflow(first, size - local, page_of)
        values = _record(payload)
    except (IndexError, ValueError):
        return None
    return [number, *values[1:]] if len(values) in columns else None


def _record(payload: bytes) -> list[Value]:
    end, at = _varint(payload, 0)
    body, values = end, []
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _value(payload, kind, body)
        values.append(value)
    return values


def _value(payload: bytes, kind: int, at: int) -> tuple[Value, int]:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], at
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind < _BLOBS_FROM or kind % 2:
        raise ValueError("no value of ours has this type")
    end = at + (kind - _BLOBS_FROM) // 2
    return payload[at:end], end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 (the highest bit says that more follows)
            return value, at
    return value << 8 | data[at], at + 1


def _local_size(size: int) -> int:
    """Return how many bytes of a row stand in its leaf; the rest is in overflow pages."""
    if size <= _LOCAL_MAX:
        return size
    best = _LOCAL_MIN + (size - _LOCAL_MIN) % _OVERFLOW
    return best if best <= _LOCAL_MAX else _LOCAL_MIN


def _overflow(number: int, size: int, page_of: PageOf) -> bytes:
    parts = []
    while size > 0:
        page = page_of(number)
        if not page:
            raise ValueError("the chain of overflow pages is broken")
        parts.append(page[4 : 4 + size])
        size -= len(parts[-1])
        number = int.from_bytes(page[:4], "big")
    return b"".join(parts)
