"""The page of the benchmarks, made of the files in `benchmarks/results` and of nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.plot import bars
from benchmarks.results import Result, saved

DOCS = Path(__file__).parents[1] / "docs" / "reference"
_PLOTS = "benchmarks"

_HEAD = Path(__file__).with_suffix(".md")


def page(results: dict[str, Result]) -> tuple[str, dict[str, str]]:
    """Return the page, and the plots by the name of their file."""
    plots: dict[str, str] = {}
    sections = [_HEAD.read_text(encoding="utf-8")]
    for name, result in results.items():
        kind = name.partition("-")[0]
        if kind in _SECTIONS:
            sections.append("\n".join(_SECTIONS[kind](result, plots)) + "\n")
    return "\n".join(section.strip() + "\n" for section in sections), plots


def _machine(result: Result) -> str:
    machine = result.machine
    text = (
        f"{result.at:%Y-%m-%d %H:%M} UTC, PostgreSQL {machine.postgresql}, Python "
        f"{machine.python}, {machine.processors} processors, "
        f"{machine.memory_bytes / 2**30:.0f} GiB of memory, "
        f"load {machine.load:g} before and {machine.load_after:g} at the end."
    )
    if machine.busy:
        text += " **Others were at work on the machine: its figures are no claim.**"
    return text


def _reads(result: Result, plots: dict[str, str]) -> Iterator[str]:
    reads = result.figures["reads"]
    yield f"## Reads of {result.rows:,} messages\n"
    yield _machine(result) + "\n"
    yield (
        "Milliseconds, one client, everything warm. *Library*: from call to answer. *Driver*: its "
        "statements, prepared, straight through asyncpg, which leaves the rows as they are. "
        "*Server*: execution as `EXPLAIN (ANALYZE, TIMING OFF)` of the prepared statement gives "
        "it.\n"
    )
    yield f"![Latencies]({_PLOTS}/{result.name}.svg)\n"
    columns = [f"{way} {part}" for way in _WAYS for part in _PARTS]
    yield f"| read | {' | '.join(columns)} | library / driver | required | met |"
    yield "|---|" + "--:|" * 10 + "---|---|"
    for read in reads:
        figures = [read[way][part] for way in _WAYS for part in _PARTS]
        cells = " | ".join(f"{figure:.2f}" for figure in figures)
        met = "yes" if read["met"] else "**no**"
        yield (
            f"| {read['name']} | {cells} | {read['overhead']:.2f} | {read['required']} | {met} |"
        )
    rows = [(read["name"], {way: read[way]["p50"] for way in _WAYS}) for read in reads]
    plots[f"{result.name}.svg"] = bars("p50, milliseconds", rows, unit="ms")


def _bulk(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    yield f"## Bulk load of {result.rows:,} messages\n"
    yield _machine(result) + "\n"
    yield "| way | rows/s | of COPY's rate (of what is required) |"
    yield "|---|--:|--:|"
    required = found["required"]
    for way, name, share in (
        ("COPY, binary, rows encoded before, no counters", "copy", "1"),
        ("`messagestore import` of a file", "import", f"{found['import_to_copy']} of {required}"),
        ("statements of 500 rows, lines read before", "insert", found["insert_to_copy"]),
    ):
        yield f"| {way} | {found[f'{name}_rows_per_second']:,} | {share} |"


def _ingest(result: Result, plots: dict[str, str]) -> Iterator[str]:
    yield "## Ingest\n"
    yield _machine(result) + "\n"
    yield (
        "Messages a second through the log, against statements of 500 rows straight through the "
        "driver (for one caller: of one row). All indexes, those of search included.\n"
    )
    yield f"![Ingest]({_PLOTS}/{result.name}.svg)\n"
    yield "| callers | log | driver | of the driver's rate | required |"
    yield "|--:|--:|--:|--:|---|"
    for one in result.figures["callers"]:
        yield (
            f"| {one['callers']} | {one['log']:,} | {one['driver']:,} | {one['ratio']:.2f} "
            f"| {one['required'] or ''} |"
        )
    spooled = result.figures["spooled"]
    yield f"\nWith the database down, 64 callers: {spooled:,} messages/s into the spool."
    rows = [
        (f"{one['callers']} callers", {"log": one["log"], "driver": one["driver"]})
        for one in result.figures["callers"]
    ]
    plots[f"{result.name}.svg"] = bars("Messages a second", rows, unit="/s")


_PARTS = ("p50", "p95", "p99")
_WAYS = ("library", "driver", "server")
_SECTIONS: dict[str, Callable[[Result, dict[str, str]], Iterator[str]]] = {
    "reads": _reads,
    "bulk": _bulk,
    "ingest": _ingest,
}


def main() -> None:
    """Write the page and its plots."""
    text, plots = page(saved())
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")
    folder = DOCS / _PLOTS
    folder.mkdir(exist_ok=True)
    for name, plot in plots.items():
        (folder / name).write_text(plot, encoding="utf-8")


if __name__ == "__main__":
    main()
