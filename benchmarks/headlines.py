"""Headlines: the six figures in README, made of the results and of nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.results import Result

README = Path(__file__).parents[1] / "README.md"

_BEGIN, _END = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n"

_READS = (
    ("by id", "a message by its id"),
    ("history, first page", "fifty messages of the largest conversation's history"),
    ("search, rare, largest", "a search for a word in the largest conversation"),
)


def headlines(results: dict[str, Result]) -> str:
    """Return the block: a table, and how to repeat it."""
    used: list[Result] = []
    lines = [f"| {what} | {figure} |" for what, figure in _figures(results, used)]
    text = "\n".join(["| | measured |", "|---|---|", *lines]) + "\n"
    if any(result.machine.busy for result in used):
        text += "\n**Others were at work on the machine meanwhile: these figures are no claim.**\n"
    return (
        f"{text}\n`make bench` repeats them with 200,000 messages, `make bench-full` with "
        "10,000,000, and `messagestore bench` on a server of yours. All figures, each beside its "
        "control: [benchmarks](docs/reference/benchmarks.md).\n"
    )


def with_headlines(text: str, block: str) -> str:
    """Return a page with the block between its marks."""
    before, mark, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"README has no place between {_BEGIN.strip()} and {_END.strip()}")
    return f"{before}{mark}{block}{end}{after}"


def _figures(results: dict[str, Result], used: list[Result]) -> Iterator[tuple[str, str]]:
    """Yield them; what was not measured is left out. `used` takes the results that they are of."""
    sized = [result for name, result in results.items() if name.startswith("reads-")]
    if sized:
        largest = max(sized, key=lambda result: result.rows)
        used.append(largest)
        yield from _reads(largest)
    if ingest := results.get("ingest"):
        used.append(ingest)
        yield _ingest(ingest.figures)
    if bulk := results.get("bulk"):
        used.append(bulk)
        yield _bulk(bulk.figures)
    if growth := results.get("growth"):
        used.append(growth)
        yield _growth(growth.figures)


def _reads(result: Result) -> Iterator[tuple[str, str]]:
    reads = {read["name"]: read for read in result.figures["reads"]}
    for name, what in _READS:
        library, server = reads[name]["library"], reads[name]["server"]
        p50, p99, works = library["p50"], library["p99"], server["p50"]
        figure = f"{p50:.2f} ms (p50; p99 {p99:.2f} ms), of which the server works {works:.3f} ms"
        yield f"{what}, of {result.rows:,} messages", figure


def _ingest(figures: dict[str, Any]) -> tuple[str, str]:
    one = next(one for one in figures["callers"] if one["required"])
    return (
        f"messages logged, each committed before its call returns, by {one['callers']} callers",
        f"{one['log']:,}/s, {one['ratio']:.2f} of the driver's rate with 500 a statement",
    )


def _bulk(figures: dict[str, Any]) -> tuple[str, str]:
    rate, share = figures["import_rows_per_second"], figures["import_to_copy"]
    return "messages imported", f"{rate:,}/s, {share:.2f} of the rate of COPY"


def _growth(figures: dict[str, Any]) -> tuple[str, str]:
    bounded = [read for read in figures["reads"] if read["required"]]
    worst = max(bounded, key=lambda read: float(read["library_growth"]))
    small, large = figures["sizes"][0], figures["sizes"][-1]
    return (
        f"from {small:,} to {large:,} messages a read takes, searches aside",
        f"{worst['library_growth']:.2f} times as long at most ({worst['name']})",
    )
