"""Sections about sizes: what ten million messages do to reads, and to the log."""

from collections.abc import Iterator

from benchmarks.results import Result
from benchmarks.sections import Section, machine, verdict


def _growth(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    sizes = [f"{size:,}" for size in found["sizes"]]
    yield "## Growth\n"
    yield machine(result) + "\n"
    yield (
        "The same read of several data sets, which take turns in one run: p50 in milliseconds by "
        "the number of messages, and the largest as a multiple of the smallest. *Library* and "
        "*server* as below; both must grow by no more than is required. The server's time is "
        "given in microseconds, so that a smallest one of under ten counts as ten.\n"
    )
    ways = ("library", "server")
    columns = [f"{way}, {size}" for way in ways for size in sizes]
    yield f"| read | {' | '.join(columns)} | library grows | server grows | required | met |"
    yield "|---|" + "--:|" * (len(columns) + 2) + "---|---|"
    for read in found["reads"]:
        cells = [f"{figure:.3f}" for way in ways for figure in read[f"{way}_p50"]]
        cells += [f"{read[f'{way}_growth']:.2f}" for way in ways]
        required = f"<= {read['required']:g}" if read["required"] else ""
        yield f"| {read['name']} | {' | '.join(cells)} | {required} | {verdict(read['met'])} |"


def _filling(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    yield f"## Ingest into {result.rows:,} messages\n"
    yield machine(result) + "\n"
    yield (
        "Messages a second through the log by 64 callers into a database that begins empty, and "
        "into one that holds the data set; the same messages, in turns on one server, in "
        "conversations of the data set. The lists of the search and metadata indexes are flushed "
        f"after each {found['batch']:,}, within the time.\n"
    )
    yield "| database | messages/s | of the empty one's rate | log bytes a message |"
    yield "|---|--:|--:|--:|"
    for name, share in (("empty", 1), ("full", found["full_to_empty"])):
        yield (
            f"| {name} | {found[f'{name}_per_second']:,} | {share} "
            f"| {found[f'{name}_wal_bytes_per_message']:,} |"
        )
    yield (
        f"\nRequired: {found['required']} of the empty one's rate. Met: {verdict(found['met'])}."
    )


SIZE_SECTIONS: dict[str, Section] = {"growth": _growth, "filling": _filling}
