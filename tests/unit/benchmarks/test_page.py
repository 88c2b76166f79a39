"""The page is made of the results, and says when their machine was busy."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.page import DOCS, page
from benchmarks.plot import bars
from benchmarks.results import Result, saved
from benchmarks.sections import PLOTS
from messagestore.bench.latencies import Latencies
from messagestore.bench.machine import Machine


def result(name: str, load: float, **figures: Any) -> Result:
    machine = Machine(
        processors=2, memory_bytes=2**34, load=load, python="3.12.1", postgresql="18.6"
    )
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Result(name=name, at=at, machine=machine, rows=1000, figures=figures)


READ: dict[str, Any] = {
    "name": "last 10",
    "library": {"p50": 0.3, "p95": 0.5, "p99": 0.71, "count": 300},
    "driver": {"p50": 0.2, "p95": 0.4, "p99": 0.6, "count": 300},
    "server": {"p50": 1.3, "p95": 1.4, "p99": 1.5, "count": 300},
    "overhead": 1.5,
    "required": "server p50 <= 1 ms",
    "met": False,
}


@pytest.mark.parametrize(("load", "busy"), [(0.2, False), (1.9, True)])
def test_a_result_is_a_section_that_says_how_busy_the_machine_was(
    load: float, *, busy: bool
) -> None:
    text, plots = page({"reads-1000": result("reads-1000", load, reads=[READ])})
    assert "## Reads of 1,000 messages" in text
    assert "| last 10 | 0.30 | 0.50 | 0.71 | 0.20 " in text
    assert "| server p50 <= 1 ms | **no** |" in text
    assert ("Others were at work" in text) is busy
    assert list(plots) == ["reads-1000.svg"]


@pytest.mark.parametrize(("overhead", "cell"), [(1.5, "1.50"), (1.51, "**1.51**")])
def test_an_overhead_that_is_more_than_it_may_be_stands_out(overhead: float, cell: str) -> None:
    read = READ | {"overhead": overhead}
    text, _ = page({"reads-1000": result("reads-1000", 0, reads=[read])})
    assert f"| 1.50 | {cell} | server p50 <= 1 ms |" in text


def test_what_grows_is_told_from_what_may() -> None:
    read: dict[str, Any] = {"library_p50": [0.3, 0.4], "server_p50": [0.01, 0.02]}
    read |= {"library_growth": 1.33, "server_growth": 2.0}
    reads = [
        read | {"name": "last 10", "required": 1.5, "met": False},
        read | {"name": "search, rare, small", "required": None, "met": None},
    ]
    grown = result("growth", 0, sizes=[1000, 9000], reads=reads)
    text, _ = page({"growth": grown})
    assert "| last 10 | 0.300 | 0.400 | 0.010 | 0.020 | 1.33 | 2.00 | <= 1.5 | **no** |" in text
    assert "| search, rare, small | 0.300 | 0.400 | 0.010 | 0.020 | 1.33 | 2.00 |  |  |" in text


def test_a_plot_has_a_bar_a_figure_each_longer_than_a_smaller_one() -> None:
    drawn = ET.fromstring(  # noqa: S314 (what we drew)
        bars("a & b", [("x<y", {"one": 1.0, "two": 20.0}), ("z", {"one": 0.0})], unit="ms")
    )
    titled = {
        bar[0].text: float(bar.attrib["width"])
        for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")
        if len(bar)
    }
    assert titled["two: 20 ms"] > titled["one: 1 ms"] >= titled["one: 0 ms"] > 0


def test_percentiles_are_in_milliseconds() -> None:
    found = Latencies.of([number / 1000 for number in range(101)])
    assert (found.p50, found.p95, found.p99, found.count) == (50.0, 95.0, 99.0, 101)


def test_the_committed_page_is_made_of_the_committed_results() -> None:
    text, plots = page(saved())
    assert (DOCS / "benchmarks.md").read_text(encoding="utf-8") == text
    for name, plot in plots.items():
        assert (DOCS / PLOTS / name).read_text(encoding="utf-8") == plot


def test_webhooks_have_their_account_beside_their_rate() -> None:
    one = {"service": 100, "postgresql": 60, "load": 30}
    found: dict[str, Any] = {
        "connections": 64,
        "workers": 2,
        "per_second": {"served": 7000, "nothing": 20_000, "logged": 9000},
        "microseconds": {"served": one, "nothing": one | {"postgresql": 0}, "logged": one},
        "most_per_second": 10_526,
        "of_nothing": 0.35,
        "of_logged": 0.78,
        "required": 0.5,
        "met": False,
    }
    text, _ = page({"webhooks-2": result("webhooks-2", 0, **found)})
    assert "## Webhooks, 2 processes" in text
    assert "| `messagestore serve` | 7,000 | 100 | 60 | 30 |  |" in text
    assert "| the same server and route, doing nothing | 20,000 | 100 | 0 | 30 | 0.35 |" in text
    assert "at most 10,526 a second" in text
    assert "Met: **no**." in text
