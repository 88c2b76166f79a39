"""The table that the peers sit at: who takes a turn when, and whether what comes back is right."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.peers.databases import vacuum
from benchmarks.peers.process import PeerProcess
from benchmarks.peers.protocol import Read, Write
from benchmarks.peers.script import LONG, Script
from benchmarks.peers.summary import Rounds

WARM = 8
"""Messages of each caller, and questions, before those that count: drivers prepare statements."""

LENGTH = 2000
"""Of the conversation whose end is asked for."""

LAST = 20
QUESTIONS = 60

CHECKED, OF_IT = 25, 100
"""One conversation in so many is read and compared at the end, and so many messages of it."""


class WrongAnswerError(Exception):
    """A peer did not give back what it had acknowledged, so that its figures mean nothing."""


class Table:
    """The peers, each with a database of its own."""

    def __init__(self, peers: dict[str, PeerProcess], urls: dict[str, str]) -> None:
        self._peers = peers
        self._urls = urls
        self._script = Script()
        self.rounds = {name: Rounds() for name in peers}
        self.messages = 0
        """That each of them has written."""

    def _turns(self, number: int) -> Iterator[tuple[PeerProcess, str, Rounds]]:
        """Give each its turn; another one begins each round."""
        names = list(self._peers)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            yield self._peers[name], self._urls[name], self.rounds[name]

    def write(self, number: int, callers: int, count: int) -> None:
        """Let each write the same messages."""
        warm = WARM * callers
        names, texts = self._script.short(warm + count)
        self.messages += len(texts)
        for peer, url, found in self._turns(number):
            turn = Write(url=url, callers=callers, warm=warm, conversations=names, texts=texts)
            rate = peer.write(turn)
            left = asyncio.run(vacuum(url)) / len(texts)
            if callers == 1:
                found.lone.append(rate)
            else:
                found.crowd.append(rate)
                found.left.append(left)

    def write_long(self) -> None:
        """Let each write the long conversation, all at once, as nobody counts."""
        names, texts = self._script.long(LENGTH)
        self.messages += len(texts)

        def fill(name: str) -> None:
            url = self._urls[name]
            turn = Write(url=url, callers=1, warm=0, conversations=names, texts=texts)
            self._peers[name].write(turn)
            asyncio.run(vacuum(url))

        with ThreadPoolExecutor(len(self._peers)) as together:
            list(together.map(fill, self._peers))

    def read(self, number: int) -> None:
        """Let each give the end of the long conversation."""
        expected = self._script.last(LONG, LAST)
        for peer, url, found in self._turns(number):
            answered = peer.read(
                Read(url=url, conversation=LONG, count=LAST, warm=WARM, times=QUESTIONS)
            )
            if answered.texts != expected:
                raise WrongAnswerError(f"{peer.candidate.name}: {answered.texts}, not {expected}")
            found.reads.append(answered.seconds)

    def check(self) -> None:
        """Raise unless each has kept what it took, once.

        In what order is not asked: a caller that the system holds up may be passed by the one who
        writes to the same conversation 500 messages later. It was seen to happen.
        """
        for peer, url, _ in self._turns(0):
            for conversation in self._script.conversations[::CHECKED]:
                question = Read(url=url, conversation=conversation, count=OF_IT, warm=0, times=1)
                kept = sorted(peer.read(question).texts)
                expected = sorted(self._script.last(conversation, OF_IT))
                if kept != expected:
                    raise WrongAnswerError(f"{peer.candidate.name}: {kept}, not {expected}")
