"""Sections of the page, one for each kind of result."""

from collections.abc import Callable, Iterator

from benchmarks.plot import bars
from benchmarks.results import Result
from messagestore.bench.stopwatch import MOST_OVERHEAD

Section = Callable[[Result, dict[str, str]], Iterator[str]]
"""Yields the lines, and adds its plots by the names of their files."""

PLOTS = "benchmarks"
"""The folder of the plots, beside the page."""

_PARTS = ("p50", "p95", "p99")
_WAYS = ("library", "driver", "server")


def machine(result: Result) -> str:
    """Describe what it ran on, and when."""
    one = result.machine
    text = (
        f"{result.at:%Y-%m-%d %H:%M} UTC, PostgreSQL {one.postgresql}, Python "
        f"{one.python}, {one.processors} processors, "
        f"{one.memory_bytes / 2**30:.0f} GiB of memory, "
        f"load {one.load:g} before and {one.load_after:g} at the end."
    )
    if one.busy:
        text += " **Others were at work on the machine: its figures are no claim.**"
    return text


def verdict(met: bool | None) -> str:
    """Say whether what is required holds, where something is."""
    return "" if met is None else "yes" if met else "**no**"


def _reads(result: Result, plots: dict[str, str]) -> Iterator[str]:
    reads = result.figures["reads"]
    yield f"## Reads of {result.rows:,} messages\n"
    yield machine(result) + "\n"
    yield (
        "Milliseconds, one client, everything warm. *Library*: from call to answer. *Driver*: its "
        "statements, prepared, straight through asyncpg, which leaves the rows as they are. "
        "*Server*: execution as `EXPLAIN (ANALYZE, TIMING OFF)` of the prepared statement gives "
        "it. *Library / driver* is that of their p50; it may be "
        f"{MOST_OVERHEAD:g}, and is in bold where it is more.\n"
    )
    yield f"![Latencies]({PLOTS}/{result.name}.svg)\n"
    columns = [f"{way} {part}" for way in _WAYS for part in _PARTS]
    yield f"| read | {' | '.join(columns)} | library / driver | required | met |"
    yield "|---|" + "--:|" * 10 + "---|---|"
    for read in reads:
        figures = [read[way][part] for way in _WAYS for part in _PARTS]
        cells = " | ".join(f"{figure:.2f}" for figure in figures)
        met = verdict(read["met"])
        overhead = f"{read['overhead']:.2f}"
        if read["overhead"] > MOST_OVERHEAD:
            overhead = f"**{overhead}**"
        yield f"| {read['name']} | {cells} | {overhead} | {read['required']} | {met} |"
    rows = [(read["name"], {way: read[way]["p50"] for way in _WAYS}) for read in reads]
    plots[f"{result.name}.svg"] = bars("p50, milliseconds", rows, unit="ms")


def _bulk(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    yield f"## Bulk load of {result.rows:,} messages\n"
    yield machine(result) + "\n"
    yield "| way | rows/s | of COPY's rate | required | met |"
    yield "|---|--:|--:|---|---|"
    met = verdict(found["import_to_copy"] >= found["required"])
    for way, name, share in (
        ("COPY, binary, rows encoded before, no counters", "copy", "1 | | "),
        (
            "`messagestore import` of a file",
            "import",
            f"{found['import_to_copy']:.2f} | >= {found['required']} | {met}",
        ),
        (
            "statements of 500 rows, lines read before",
            "insert",
            f"{found['insert_to_copy']:.2f} | | ",
        ),
    ):
        yield f"| {way} | {found[f'{name}_rows_per_second']:,} | {share} |"


def _ingest(result: Result, plots: dict[str, str]) -> Iterator[str]:
    yield "## Ingest\n"
    yield machine(result) + "\n"
    yield (
        "Messages a second through the log, against statements of 500 rows straight through the "
        "driver (for one caller: of one row). All indexes, those of search included.\n"
    )
    yield f"![Ingest]({PLOTS}/{result.name}.svg)\n"
    yield "| callers | log | driver | of the driver's rate | required | met |"
    yield "|--:|--:|--:|--:|---|---|"
    for one in result.figures["callers"]:
        required = one["required"]
        met = one["ratio"] >= required if required else None
        yield (
            f"| {one['callers']} | {one['log']:,} | {one['driver']:,} | {one['ratio']:.2f} "
            f"| {f'>= {required}' if required else ''} | {verdict(met)} |"
        )
    spooled = result.figures["spooled"]
    yield f"\nWith the database down, 64 callers: {spooled:,} messages/s into the spool."
    rows = [
        (f"{one['callers']} callers", {"log": one["log"], "driver": one["driver"]})
        for one in result.figures["callers"]
    ]
    plots[f"{result.name}.svg"] = bars("Messages a second", rows, unit="/s")


def _cost(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    yield f"## What a message costs, of {result.rows:,}\n"
    yield machine(result) + "\n"
    yield "| on disk | bytes a message |"
    yield "|---|--:|"
    for name, size in found["bytes_per_message"].items():
        yield f"| {name} | {size:,} |"
    yield f"| **in all** | **{found['bytes_per_message_in_all']:,}** |"
    wal = found["wal_bytes_per_message"]
    yield (
        f"\nWrite-ahead log, from a checkpoint on: {wal['log']:,} bytes a message that is logged "
        f"(64 callers), {wal['import']:,} that is imported. The logging process took "
        f"{found['process_peak_bytes'] / 2**20:,.0f} MiB of memory at most."
    )


def _mixed(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    yield "## Reads while writing\n"
    yield machine(result) + "\n"
    yield (
        f"The first page of a history, {result.rows:,} messages, one client; another process logs "
        f"{found['written_per_second']:,} messages a second (its limit was "
        f"{found['limit_per_second']:,}).\n"
    )
    yield "| ms | p50 | p95 | p99 |"
    yield "|---|--:|--:|--:|"
    for name in ("quiet", "writing", "control"):
        yield f"| {name} | {' | '.join(f'{found[name][part]:.2f}' for part in _PARTS)} |"
    yield (
        f"\nWhile writing p99 is {found['p99_ratio']:.2f} times the quiet one. Required: at most "
        f"{found['required']:g}. Met: {verdict(found['p99_ratio'] <= found['required'])}."
    )
    shares = found["processors_taken"]
    yield (
        "\nThe control reads while two programs that store nothing use as much of the processors "
        f"as the writer ({shares['writer']:.2f}) and PostgreSQL for it "
        f"({shares['postgresql']:.2f}): {found['control_p99_ratio']:.2f} times."
    )


def _webhooks(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    rates, account = found["per_second"], found["microseconds"]
    workers = "one process" if found["workers"] == 1 else f"{found['workers']} processes"
    yield f"## Webhooks, {workers}\n"
    yield machine(result) + "\n"
    yield (
        f"Of WhatsApp, signed, by {found['connections']} connections, each answered once it is "
        "durable. Microseconds of processor time are for each webhook; client, service and "
        "PostgreSQL share the machine.\n"
    )
    yield "| | a second | service, us | PostgreSQL, us | client, us | served / this |"
    yield "|---|--:|--:|--:|--:|--:|"
    for one, name, share in (
        ("served", "`messagestore serve`", ""),
        ("nothing", "the same server and route, doing nothing", f"{found['of_nothing']:.2f}"),
        ("logged", "the writer alone, without HTTP", f"{found['of_logged']:.2f}"),
    ):
        parts = (account[one].get(part, 0) for part in ("service", "postgresql", "load"))
        cells = " | ".join(f"{part:,}" for part in parts)
        yield f"| {name} | {rates[one]:,} | {cells} | {share} |"
    yield (
        f"\nAll processors together give at most {found['most_per_second']:,} a second at that. "
        f"Required: {found['required']} of the route that does nothing, or the writer's own rate "
        f"if that is lower. Met: {verdict(found['met'])}."
    )


SECTIONS: dict[str, Section] = {
    "reads": _reads,
    "bulk": _bulk,
    "ingest": _ingest,
    "mixed": _mixed,
    "cost": _cost,
    "webhooks": _webhooks,
}
