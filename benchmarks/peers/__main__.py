"""Peers, side by side: the same messages, the same server, in turns (`make bench-peers`)."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.peers.catalogue import CANDIDATES, OURS
from benchmarks.peers.databases import require_durable, vacuum
from benchmarks.peers.process import PeerProcess, running
from benchmarks.peers.protocol import Read, Write
from benchmarks.peers.script import LONG, Script
from benchmarks.peers.summary import Rounds, summed_up
from benchmarks.results import Machine, Result, now
from benchmarks.server import empty_database, throwaway_server
from messagestore.cli.progress import metered
from messagestore.database.embedded import EmbeddedServer

ROUNDS = 5
"""That count; one more goes before them."""

CALLERS = 64
LONE = 100
CROWD = 16 * CALLERS
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
    """The peers at one table, each with a database of its own."""

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
        """Let each write the long conversation."""
        names, texts = self._script.long(LENGTH)
        self.messages += len(texts)
        for peer, url, _ in self._turns(0):
            peer.write(Write(url=url, callers=1, warm=0, conversations=names, texts=texts))
            asyncio.run(vacuum(url))

    def read(self, number: int) -> None:
        """Let each give the end of the long conversation."""
        for peer, url, found in self._turns(number):
            found.reads.append(self._read(peer, url, LONG, LAST, WARM, QUESTIONS))

    def check(self) -> None:
        """Raise unless each gives back what it had taken."""
        for peer, url, _ in self._turns(0):
            for conversation in self._script.conversations[::CHECKED]:
                self._read(peer, url, conversation, OF_IT, 0, 1)

    def _read(  # noqa: PLR0913, PLR0917 (what a question is)
        self, peer: PeerProcess, url: str, conversation: str, count: int, warm: int, times: int
    ) -> list[float]:
        answered = peer.read(
            Read(url=url, conversation=conversation, count=count, warm=warm, times=times)
        )
        if answered.texts != self._script.last(conversation, count):
            raise WrongAnswerError(f"{peer.candidate.name}, {conversation}: {answered.texts[-3:]}")
        return answered.seconds


def measure(server: EmbeddedServer, peers: dict[str, PeerProcess]) -> Result:
    """Write in rounds, then the long conversation, then read in rounds."""
    machine = Machine.now(server.status().version)
    urls = {
        name: asyncio.run(empty_database(server, f"peer_{number}"))
        for number, name in enumerate(peers)
    }
    for url in urls.values():
        asyncio.run(require_durable(url))
    table = Table(peers, urls)
    with metered("Measuring", unit="rounds", total=2 * (ROUNDS + 1)) as meter:
        for number in range(ROUNDS + 1):
            table.write(number, 1, LONE)
            table.write(number, CALLERS, CROWD)
            meter.advance(1)
        table.write_long()
        for number in range(ROUNDS + 1):
            table.read(number)
            meter.advance(1)
    table.check()
    return Result(
        name="peers", at=now(), machine=machine, rows=table.messages, figures=figures(peers, table)
    )


def figures(peers: dict[str, PeerProcess], table: Table) -> dict[str, object]:
    """Sum up, with what each is and in which versions."""
    rounds = {name: found.without_first() for name, found in table.rounds.items()}
    return {
        "callers": CALLERS,
        "length": LENGTH,
        "last": LAST,
        "peers": [
            {
                "name": name,
                "what": peer.candidate.what,
                "how_last": peer.candidate.last,
                "versions": peer.versions,
                **summed_up(rounds[name], rounds[OURS]),
            }
            for name, peer in peers.items()
        ],
    }


def main() -> None:
    """Measure on an embedded server of its own, with its durable settings."""
    with throwaway_server() as (server, _), ExitStack() as stack:
        peers = {one.name: stack.enter_context(running(one)) for one in CANDIDATES}
        result = measure(server, peers)
    result.save()
    for one in result.figures["peers"]:
        lone, crowd, last = one["lone"], one["crowd"], one["last"]
        print(
            f"{one['name']:20} 1 caller {lone['per_second']:6,}/s ({lone['ratio']:.2f})  "
            f"{CALLERS} callers {crowd['per_second']:6,}/s ({crowd['ratio']:.2f})  "
            f"last {LAST}: {last['p50']:.2f} ms ({last['ratio']:.2f})"
        )


if __name__ == "__main__":
    main()
