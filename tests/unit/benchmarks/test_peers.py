"""Peers are measured by one protocol, on the same messages, and compared round by round."""

import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.page import page
from benchmarks.peers.catalogue import CANDIDATES, OURS, Candidate
from benchmarks.peers.protocol import (
    Answered,
    Failed,
    Read,
    Ready,
    Said,
    Write,
    Written,
    decode,
    encode,
)
from benchmarks.peers.script import CONVERSATIONS, LONG, Script
from benchmarks.peers.serving import read, write
from benchmarks.peers.summary import Rounds, summed_up
from benchmarks.results import Result
from messagestore.bench.machine import Machine

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "said",
    [
        Ready(versions={"chainlit": "2.12.0"}),
        Write(
            url="postgresql:///", callers=2, warm=1, conversations=["a"], texts=["b\nc ü \ud83d"]
        ),
        Written(seconds=0.25),
        Read(url="postgresql:///", conversation="a", count=20, warm=8, times=60),
        Answered(seconds=[0.1], texts=["line\u2028end\r\n"]),
        Failed(error="Traceback\n  …"),
    ],
    ids=lambda said: type(said).__name__,
)
def test_what_is_said_is_one_line_and_comes_back_the_same(said: Said) -> None:
    line = encode(said)
    assert line.splitlines() == [line]
    assert decode(line) == said


@pytest.mark.parametrize("line", ["", "{}", '{"Sing": {}}', '{"Written": {"minutes": 1}}'])
def test_a_line_that_says_nothing_is_an_error(line: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(line)


def test_a_peers_process_needs_nothing_but_python() -> None:
    modules = "import benchmarks.peers.serving, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", modules], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert foreign <= {"benchmarks", "__main__", "sitecustomize", "usercustomize"}


class Notebook:
    """Keeps what it is told in memory, and how many callers told it something at once."""

    def __init__(self) -> None:
        self.pages: dict[str, list[str]] = {}
        self.callers: list[int] = []

    async def insert(self, conversation: str, text: str) -> None:
        self.pages.setdefault(conversation, []).append(text)

    async def last(self, conversation: str, count: int) -> list[str]:
        return self.pages[conversation][-count:]

    @asynccontextmanager
    async def opened(self, _url: str, callers: int) -> AsyncIterator["Notebook"]:
        self.callers.append(callers)
        yield self


async def test_a_turn_writes_every_message_once_and_reads_the_end() -> None:
    book, script = Notebook(), Script()
    conversations, texts = script.short(CONVERSATIONS + 30)
    turn = Write(url="", callers=7, warm=20, conversations=conversations, texts=texts)
    assert (await write(book.opened, turn)).seconds > 0
    written = [text for page in book.pages.values() for text in page]
    assert sorted(written) == sorted(texts)

    question = Read(url="", conversation=conversations[0], count=1, warm=2, times=3)
    answered = await read(book.opened, question)
    assert len(answered.seconds) == 3
    assert answered.texts == script.last(conversations[0], 1) == [texts[CONVERSATIONS]]
    assert book.callers == [7, 1]


def test_the_messages_are_the_same_every_time_and_no_two_are_the_same() -> None:
    first, second = Script(), Script()
    assert (first.short(700), first.long(40)) == (second.short(700), second.long(40))
    texts = [text for name in first.conversations for text in first.last(name, 1000)]
    assert len(texts) == len(set(texts)) == 740
    assert first.last(LONG, 20) == first.last(LONG, 40)[20:]


def rounds(lone: Sequence[float], read: Sequence[float]) -> Rounds:
    return Rounds(
        lone=list(lone),
        crowd=[10 * rate for rate in lone],
        left=[0.001] * len(lone),
        reads=[[seconds] * 3 for seconds in read],
    )


def test_ratios_are_medians_of_those_of_the_rounds_without_the_first() -> None:
    # The machine is ten times slower in the last round, for both.
    ours = rounds([1, 100, 100, 10], [9, 0.001, 0.001, 0.01]).without_first()
    mine = rounds([999, 50, 80, 9], [9, 0.003, 0.004, 0.02]).without_first()
    found = summed_up(mine, ours)
    assert found["lone"] == {"per_second": 50, "ratio": 0.8}
    assert found["crowd"] == {"per_second": 500, "ratio": 0.8}
    assert found["left_ms_per_1000"] == 1000
    assert (found["last"]["p50"], found["last"]["count"]) == (4, 9)
    assert found["last"]["ratio"] == 3


def test_the_section_has_a_line_for_each_store_and_two_plots() -> None:
    ours = rounds([100, 100], [0.001, 0.001])
    figures = {
        "callers": 64,
        "length": 2000,
        "last": 20,
        "peers": [
            {
                "name": one.name,
                "what": one.what,
                "how_last": one.last,
                "versions": {"asyncpg": "0.31.0"},
                **summed_up(rounds([50, 50], [0.03, 0.03]) if one.name != OURS else ours, ours),
            }
            for one in CANDIDATES
        ],
    }
    machine = Machine(processors=2, memory_bytes=2**34, load=0, python="3.12.1", postgresql="18.6")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    result = Result(name="peers", at=at, machine=machine, rows=11_848, figures=figures)
    text, plots = page({"peers": result})
    assert "| messagestore | 100 | 1.00 | 1,000 | 1.00 | 1,000 |" in text
    assert "| builderbot | 50 | 0.50 | 500 | 0.50 | 1,000 |" in text
    assert "| openai-agents | 30.00 | 30.00 | 30.00 | 30.00 | asks for the last 20 |" in text
    assert "- **chainlit** (asyncpg 0.31.0): `SQLAlchemyDataLayer`" in text
    assert set(plots) == {"peers-inserts.svg", "peers-last.svg"}


@pytest.mark.parametrize("one", CANDIDATES, ids=lambda one: one.name)
def test_each_has_a_module_and_a_lock_with_hashes(one: Candidate) -> None:
    assert (ROOT / "benchmarks" / "peers" / f"{one.module}.py").exists()
    if one.name != OURS:
        lock = (ROOT / "requirements" / "peers" / f"{one.name}.txt").read_text("utf-8")
        assert lock.count("--hash=") >= lock.count("==") > 0
        assert "index-url" not in lock
