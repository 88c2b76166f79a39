"""Peers, side by side: the same messages, the same server, in turns (`make bench-peers`)."""

import asyncio
from contextlib import ExitStack

from benchmarks.peers.catalogue import CANDIDATES, OURS
from benchmarks.peers.databases import require_durable
from benchmarks.peers.process import PeerProcess, running
from benchmarks.peers.summary import summed_up
from benchmarks.peers.table import LAST, LENGTH, Table
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.cli.progress import metered

ROUNDS = 5
"""That count; one more goes before them."""

CALLERS = 64
LONE = 100
CROWD = 16 * CALLERS


def measure(place: Place) -> Result:
    """Measure all peers."""
    with ExitStack() as stack:
        return in_turns(place, {one.name: stack.enter_context(running(one)) for one in CANDIDATES})


def in_turns(place: Place, peers: dict[str, PeerProcess]) -> Result:
    """Write in rounds, then the long conversation, then read in rounds."""
    machine = place.machine()
    urls = {name: asyncio.run(_database(place, name)) for name in peers}
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


async def _database(place: Place, name: str) -> str:
    url = await place.empty_database(f"peer_{name.replace('-', '_')}")
    await require_durable(url)
    return url


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


def tell(result: Result) -> None:
    """Print a line a peer."""
    for one in result.figures["peers"]:
        lone, crowd, last = one["lone"], one["crowd"], one["last"]
        print(
            f"{one['name']:20} 1 caller {lone['per_second']:6,}/s ({lone['ratio']:.2f})  "
            f"{CALLERS} callers {crowd['per_second']:6,}/s ({crowd['ratio']:.2f})  "
            f"last {LAST}: {last['p50']:.2f} ms ({last['ratio']:.2f})"
        )


if __name__ == "__main__":
    run(measure, tell=tell)
