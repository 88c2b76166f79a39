"""Paths into a payload: `message.text`, `entries[0].id`; `$.account` begins at the whole body."""

import re
from typing import Any, Self

import msgspec

from messagestore.errors import InvalidSettings

_ROOT = "$"
_PATH = re.compile(r"\$?(?:(?:^|\.|(?<=\$)\.)[^.\[\]$]+|\[\d{1,6}\])*")
_STEP = re.compile(r"(?P<key>[^.\[\]$]+)|\[(?P<index>\d{1,6})\]")


class Path(msgspec.Struct, frozen=True):
    """The steps to a value: keys of objects, places in arrays."""

    steps: tuple[str | int, ...]
    from_root: bool = False

    @classmethod
    def parse(cls, written: Any, place: str) -> Self:
        """Read a path; `place` says where it is written. Raises InvalidSettings."""
        if not isinstance(written, str) or not _PATH.fullmatch(written):
            raise InvalidSettings(
                f'{place} must be a path such as "message.text" or "entries[0].id": keys with dots '
                f'between them, places in brackets, "$." before them to begin at the whole body'
            )
        steps = (match for match in _STEP.finditer(written))
        return cls(
            steps=tuple(int(m["index"]) if m["index"] else m["key"] for m in steps),
            from_root=written.startswith(_ROOT),
        )

    def value(self, root: Any, part: Any) -> Any:
        """Return what is there, or None."""
        found = root if self.from_root else part
        for step in self.steps:
            found = _inside(found, step)
        return found


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and step < len(value) else None
