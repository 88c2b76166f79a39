"""The section of the page about peers."""

from collections.abc import Iterator

from benchmarks.plot import bars
from benchmarks.results import Result
from benchmarks.sections import PLOTS, Section, machine

_PARTS = ("p50", "p95", "p99")


def _peers(result: Result, plots: dict[str, str]) -> Iterator[str]:
    found = result.figures
    many = found["callers"]
    last = f"last {found['last']} of {found['length']:,}"
    yield "## Peers\n"
    yield machine(result) + "\n"
    yield (
        f"Other stores of conversations beside messagestore: the same {result.rows:,} messages, "
        "the same server with its durable settings, each in a database and a process of its own, "
        "in turns. What they store differs: messagestore keeps ids, statuses, counters and the "
        "indexes of all its questions, search included, with a message; the others keep the text "
        "and a few fields.\n"
    )
    yield f"![Durable messages a second]({PLOTS}/{result.name}-inserts.svg)\n"
    yield (
        "Durable messages a second; *of ours* is the median over the rounds of their rate divided "
        "by messagestore's. *Left* is the work that was put off: milliseconds that `VACUUM` of its "
        f"tables took after a turn of the {many} callers, for 1,000 messages.\n"
    )
    yield f"| store | 1 caller | of ours | {many} callers | of ours | left |"
    yield "|---|--:|--:|--:|--:|--:|"
    for one in found["peers"]:
        lone, crowd = one["lone"], one["crowd"]
        yield (
            f"| {one['name']} | {lone['per_second']:,} | {lone['ratio']:.2f} "
            f"| {crowd['per_second']:,} | {crowd['ratio']:.2f} | {one['left_ms_per_1000']:,.0f} |"
        )
    yield f"\n![The {last}]({PLOTS}/{result.name}-last.svg)\n"
    yield (
        f"The {last} messages, in milliseconds, one client, everything warm; *times ours* is the "
        "median over the rounds of their p50 divided by messagestore's.\n"
    )
    yield "| store | p50 | p95 | p99 | times ours | how |"
    yield "|---|--:|--:|--:|--:|---|"
    for one in found["peers"]:
        read = one["last"]
        cells = " | ".join(f"{read[part]:.2f}" for part in _PARTS)
        yield f"| {one['name']} | {cells} | {read['ratio']:.2f} | {one['how_last']} |"
    yield "\nWhat was used of each:\n"
    for one in found["peers"]:
        versions = ", ".join(f"{name} {number}" for name, number in one["versions"].items())
        yield f"- **{one['name']}** ({versions}): {one['what']}."
    plots[f"{result.name}-inserts.svg"] = bars(
        "Durable messages a second",
        [
            (
                one["name"],
                {
                    "1 caller": one["lone"]["per_second"],
                    f"{many} callers": one["crowd"]["per_second"],
                },
            )
            for one in found["peers"]
        ],
        unit="/s",
    )
    plots[f"{result.name}-last.svg"] = bars(
        f"The {last} messages: p50, milliseconds",
        [(one["name"], {"p50": one["last"]["p50"]}) for one in found["peers"]],
        unit="ms",
    )


PEER_SECTIONS: dict[str, Section] = {"peers": _peers}
