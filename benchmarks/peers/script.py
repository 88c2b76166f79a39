"""The messages, the same for every peer: many short conversations, then a long one."""

import uuid
from random import Random

from messagestore.bench.dataset.language import texts

CONVERSATIONS = 500
"""Written to in turn, so that callers at work at the same time are in different ones."""

LONG = str(uuid.UUID(int=2**100))
"""The conversation whose end is asked for."""


class Script:
    """Hands out messages, and remembers what every conversation then holds."""

    def __init__(self) -> None:
        dice = Random(1)  # noqa: S311 (the same every time is what is wanted)
        self._pools = texts(dice)
        self._bits = dice.getrandbits
        self._written: dict[str, list[str]] = {}
        self._number = 0

    def short(self, count: int) -> tuple[list[str], list[str]]:
        """Return the conversations and the texts of the next messages."""
        names = [
            str(uuid.UUID(int=1 + number % CONVERSATIONS))
            for number in range(self._number, self._number + count)
        ]
        return names, [self._text(name) for name in names]

    def long(self, count: int) -> tuple[list[str], list[str]]:
        """Return so many messages of the long conversation."""
        return [LONG] * count, [self._text(LONG) for _ in range(count)]

    def last(self, conversation: str, count: int) -> list[str]:
        """Return the texts that a conversation must end with, oldest first."""
        return self._written[conversation][-count:]

    @property
    def conversations(self) -> list[str]:
        """All that have been written to."""
        return list(self._written)

    def _text(self, conversation: str) -> str:
        """Make a text that no other message has, in the language of the conversation."""
        self._number += 1
        pool = self._pools[uuid.UUID(conversation).int % len(self._pools)]
        text = f"{pool[self._bits(32) % len(pool)]} #{self._number}"
        self._written.setdefault(conversation, []).append(text)
        return text
