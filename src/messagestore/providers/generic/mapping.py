"""Mapping files: TOML that says where a payload has what; docs/howto/generic.md tells the form."""

import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Any

import msgspec

from messagestore.errors import InvalidSettings
from messagestore.providers.generic.columns import COLUMNS, ENUMS, REQUIRED
from messagestore.providers.generic.paths import Path
from messagestore.providers.generic.rules import Rule, parse_rule

_TOP = frozenset({"event", "secrets"})
_KEYS = frozenset({"kind", "each", "match", "columns", "metadata", "metadata_object"})


class Condition(msgspec.Struct, frozen=True):
    """What a value must be: one of these, or, where there are none, there at all or not."""

    path: Path
    allowed: tuple[Any, ...]
    present: bool | None = None

    def holds(self, root: Any, part: Any) -> bool:
        """Return whether the part is like that."""
        found = self.path.value(root, part)
        if self.present is not None:
            return (found is not None) is self.present
        return any(found == one and type(found) is type(one) for one in self.allowed)


class EventMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind of event is told from the others, and where its columns are."""

    kind: str
    each: Path
    match: tuple[Condition, ...]
    columns: dict[str, Rule]
    metadata: dict[str, Rule]
    metadata_object: Path | None


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file."""

    events: tuple[EventMapping, ...]
    secrets: frozenset[str]


def load_mapping(path: FilePath | Traversable) -> Mapping:
    """Read a mapping file. Raises InvalidSettings that names the file, the key and what to do."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InvalidSettings(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
        raise InvalidSettings(f"{path} is not TOML: {error}") from None
    return parse_mapping(written, str(path))


def parse_mapping(written: dict[str, Any], file: str) -> Mapping:
    """Check a mapping. Raises InvalidSettings as `load_mapping` does."""
    _check_keys(written, _TOP, file, "a mapping file")
    events, secrets = written.get("event"), written.get("secrets", [])
    if not isinstance(events, list) or not events:
        raise InvalidSettings(f"{file}: event is missing; write one [[event]] for each kind")
    if not isinstance(secrets, list) or not all(isinstance(key, str) for key in secrets):
        raise InvalidSettings(f'{file}: secrets must be a list of keys, such as ["apiToken"]')
    parsed = (_event(one, f"{file}: event[{place}]") for place, one in enumerate(events))
    return Mapping(events=tuple(parsed), secrets=frozenset(secrets))


def _event(written: Any, place: str) -> EventMapping:
    table = _table(written, place)
    _check_keys(table, _KEYS, place, "an event")
    kind = table.get("kind")
    if kind not in COLUMNS:
        raise InvalidSettings(f"{place}.kind must be one of {', '.join(COLUMNS)}")
    columns = _table(table.get("columns", {}), f"{place}.columns")
    _check_keys(columns, frozenset(COLUMNS[kind]), f"{place}.columns", f"the kind {kind}")
    if missing := [name for name in REQUIRED[kind] if name not in columns]:
        raise InvalidSettings(f"{place}.columns.{missing[0]} is missing; say where it comes from")
    lifted = _table(table.get("metadata", {}), f"{place}.metadata")
    held = table.get("metadata_object")
    return EventMapping(
        kind=kind,
        each=Path.parse(table.get("each", ""), f"{place}.each"),
        match=_conditions(table.get("match", {}), f"{place}.match"),
        columns={name: _column(name, columns[name], f"{place}.columns.{name}") for name in columns},
        metadata={name: parse_rule(lifted[name], f"{place}.metadata.{name}") for name in lifted},
        metadata_object=Path.parse(held, f"{place}.metadata_object") if held is not None else None,
    )


def _column(name: str, written: Any, place: str) -> Rule:
    rule = parse_rule(written, place)
    if name in ENUMS:
        known = list(ENUMS[name])
        if any(value not in known for value in rule.outcomes()):
            raise InvalidSettings(f"{place} must give one of {', '.join(known)}")
    return rule


def _conditions(written: Any, place: str) -> tuple[Condition, ...]:
    return tuple(
        _condition(path, wanted, f'{place}."{path}"')
        for path, wanted in _table(written, place).items()
    )


def _condition(path: str, wanted: Any, place: str) -> Condition:
    at = Path.parse(path, place)
    if isinstance(wanted, dict):
        present = wanted.get("present")
        if set(wanted) != {"present"} or not isinstance(present, bool):
            raise InvalidSettings(
                f"{place} must be a value, a list of values, or present = true; "
                'put a path with dots into quotes: "message.type" = "text"'
            )
        return Condition(at, (), present)
    allowed = wanted if isinstance(wanted, list) else [wanted]
    if not all(isinstance(one, str | int | float | bool) for one in allowed):
        raise InvalidSettings(f"{place} may name texts, numbers and booleans only")
    return Condition(at, tuple(allowed))


def _table(written: Any, place: str) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise InvalidSettings(f"{place} must be a table")
    return written


def _check_keys(table: dict[str, Any], known: frozenset[str], place: str, whose: str) -> None:
    if unknown := set(table) - known:
        names = ", ".join(sorted(known))
        raise InvalidSettings(f"{place}: {min(unknown)} is not known; {whose} may have {names}")
