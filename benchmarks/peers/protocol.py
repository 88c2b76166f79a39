"""What the measuring process and the process of a peer say to each other: lines of JSON.

A peer runs in an environment of its own, in which neither messagestore nor what it needs is
installed. So this module and `serving` import nothing but Python's own.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A peer's process says this once, when it is there."""

    versions: dict[str, str]
    """Of the packages that matter, by name."""


@dataclass(frozen=True, kw_only=True)
class Write:
    """A turn of writing: open, write, close."""

    url: str
    callers: int
    """Tasks that write at the same time; each waits until its message is durable."""
    warm: int
    """How many of the messages are written before the clock starts."""
    conversations: list[str]
    """Of each message."""
    texts: list[str]


@dataclass(frozen=True, kw_only=True)
class Written:
    """How long it took, without opening, warming up and closing."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Read:
    """A turn of reading: open, ask for the end of a conversation, close."""

    url: str
    conversation: str
    count: int
    """Messages that are asked for."""
    warm: int
    """How often it is asked before the clock starts."""
    times: int


@dataclass(frozen=True, kw_only=True)
class Answered:
    """How long each question took, and the last answer."""

    seconds: list[float]
    texts: list[str]
    """Oldest first."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A turn came to nothing."""

    error: str


Turn = Write | Read
Reply = Written | Answered | Failed
Said = Ready | Turn | Reply

_KINDS: dict[str, type[Said]] = {
    kind.__name__: kind for kind in (Ready, Write, Written, Read, Answered, Failed)
}


def encode(said: Said) -> str:
    """Return the line, without its end."""
    return json.dumps({type(said).__name__: asdict(said)})


def decode(line: str) -> Said:
    """Return what a line says; raises ValueError, KeyError or TypeError when it says nothing."""
    ((kind, fields),) = json.loads(line).items()
    return _KINDS[kind](**fields)
