"""Rules: where one column's value comes from.

=========================================  ===================================================
written                                    means
=========================================  ===================================================
``"message.text"``                         what is at that path
``["group.id", "from.id"]``                the first of these that has a value
``{ value = "incoming" }``                 always that
``{ join = ["chat.id", "id"] }``           the values with ``:`` between them, if all have one
``{ path = "state", values = {…} }``       the value's translation; others count as absent
``{ path = "text", default = "?" }``       that, where there is no value
=========================================  ===================================================
"""

from typing import Any

import msgspec

from messagestore.errors import InvalidSettings
from messagestore.providers.generic.paths import Path

_KEYS = frozenset({"path", "value", "join", "separator", "values", "default", "time"})
_SOURCES = ("path", "value", "join")
TIMES = ("seconds", "milliseconds", "iso8601")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value comes from, and how it is translated."""

    paths: tuple["Rule | Path", ...] = ()
    join: tuple["Rule", ...] = ()
    separator: str = ":"
    value: Any = None
    values: dict[str, Any] | None = None
    default: Any = None
    time: str | None = None

    def read(self, root: Any, part: Any) -> Any:
        """Return the value, or None; empty text counts as none."""
        found = self._found(root, part)
        if found is not None and self.values is not None:
            found = self.values.get(_word(found))
        return self.default if found is None else found

    def outcomes(self) -> list[Any]:
        """Return the values that the rule itself names."""
        inner = [
            value for rule in self.paths if isinstance(rule, Rule) for value in rule.outcomes()
        ]
        own = [self.value, self.default, *(self.values or {}).values()]
        return [value for value in own if value is not None] + inner

    def _found(self, root: Any, part: Any) -> Any:
        if self.join:
            parts = [rule.read(root, part) for rule in self.join]
            return None if None in parts else self.separator.join(map(_word, parts))
        for source in self.paths:
            found = (
                source.read(root, part) if isinstance(source, Rule) else source.value(root, part)
            )
            if found is not None and found != "":
                return found
        return self.value


def parse_rule(written: Any, place: str) -> Rule:
    """Read a rule; `place` says where it is written. Raises InvalidSettings."""
    if isinstance(written, str):
        return Rule(paths=(Path.parse(written, place),))
    if isinstance(written, list) and written:
        return Rule(paths=tuple(parse_rule(one, f"{place}[{i}]") for i, one in enumerate(written)))
    if not isinstance(written, dict):
        raise InvalidSettings(f"{place} must be a path, a list of alternatives, or a table")
    if unknown := set(written) - _KEYS:
        known = ", ".join(sorted(_KEYS))
        raise InvalidSettings(f"{place}.{min(unknown)} is not known; a rule may have {known}")
    if len([key for key in _SOURCES if key in written]) != 1:
        raise InvalidSettings(f"{place} must have one of {', '.join(_SOURCES)}")
    return _parse_table(written, place)


def _parse_table(written: dict[str, Any], place: str) -> Rule:
    values, time, join = written.get("values"), written.get("time"), written.get("join", [])
    if values is not None and not isinstance(values, dict):
        raise InvalidSettings(f'{place}.values must be a table such as {{ "1" = "sent" }}')
    if time is not None and time not in TIMES:
        raise InvalidSettings(f"{place}.time must be one of {', '.join(TIMES)}")
    if not isinstance(join, list) or ("join" in written and not join):
        raise InvalidSettings(f"{place}.join must be a list of paths or rules")
    if not isinstance(written.get("separator", ":"), str):
        raise InvalidSettings(f'{place}.separator must be text, such as ":"')
    path = (parse_rule(written["path"], f"{place}.path"),) if "path" in written else ()
    return Rule(
        paths=path,
        join=tuple(parse_rule(one, f"{place}.join[{i}]") for i, one in enumerate(join)),
        separator=written.get("separator", ":"),
        value=written.get("value"),
        values=values,
        default=written.get("default"),
        time=time,
    )


def _word(value: Any) -> str:
    """Return a value as a mapping file writes it in a key: `true`, `7`, `sent`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
