"""A peer's process: takes a turn for each line that comes in, and answers with a line."""

import asyncio
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Protocol

from benchmarks.peers.protocol import (
    Answered,
    Failed,
    Read,
    Ready,
    Reply,
    Said,
    Write,
    Written,
    decode,
    encode,
)


class Peer(Protocol):
    """What is measured of a store."""

    async def insert(self, conversation: str, text: str) -> None:
        """Store a message of that conversation (a UUID), and return when it is durable."""
        ...

    async def last(self, conversation: str, count: int) -> list[str]:
        """Return the last texts of a conversation, oldest first."""
        ...


Opening = Callable[[str, int], AbstractAsyncContextManager[Peer]]
"""Opens a store for the URL of a database and so many callers; makes its tables if need be."""


async def write(opening: Opening, turn: Write) -> Written:
    """Write the messages, as many at a time as there are callers."""
    messages = list(zip(turn.conversations, turn.texts, strict=True))
    async with opening(turn.url, turn.callers) as peer:
        await _insert(peer, messages[: turn.warm], turn.callers)
        started = time.perf_counter()
        await _insert(peer, messages[turn.warm :], turn.callers)
        return Written(seconds=time.perf_counter() - started)


async def _insert(peer: Peer, messages: Iterable[tuple[str, str]], callers: int) -> None:
    waiting = iter(messages)

    async def caller() -> None:
        for conversation, text in waiting:
            await peer.insert(conversation, text)

    await asyncio.gather(*(caller() for _ in range(callers)))


async def read(opening: Opening, turn: Read) -> Answered:
    """Ask again and again, one question at a time."""
    seconds = []
    async with opening(turn.url, 1) as peer:
        for _ in range(turn.warm):
            await peer.last(turn.conversation, turn.count)
        for _ in range(turn.times):
            started = time.perf_counter()
            texts = await peer.last(turn.conversation, turn.count)
            seconds.append(time.perf_counter() - started)
    return Answered(seconds=seconds, texts=texts)


def serve(opening: Opening, *packages: str) -> None:
    """Take turns until the input ends; `packages` are those whose versions matter."""
    # What a library prints must not come between the lines.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

        def say(said: Said) -> None:
            print(encode(said), file=answers, flush=True)

        say(Ready(versions={package: version(package) for package in packages}))
        for line in sys.stdin:
            say(_take(opening, decode(line)))


def _take(opening: Opening, turn: Said) -> Reply:
    try:
        match turn:
            case Write():
                return asyncio.run(write(opening, turn))
            case Read():
                return asyncio.run(read(opening, turn))
    except Exception:  # noqa: BLE001 (told to whoever measures, who stops)
        return Failed(error=traceback.format_exc())
    return Failed(error=f"{type(turn).__name__} is no turn")
