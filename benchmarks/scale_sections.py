"""The section of `make bench-scale`."""

from collections.abc import Iterator
from typing import Any

from benchmarks.results import Result
from benchmarks.sections import Section, machine, verdict


def _scale(result: Result, _plots: dict[str, str]) -> Iterator[str]:
    yield "## Outgrowing one table\n"
    yield machine(result) + "\n"
    yield (
        "The longest that a write waited, of 200 a second, while something else was done, and in "
        "peace. Milliseconds.\n"
    )
    yield "| done meanwhile | messages | it took, s | longest wait | in peace | required | met |"
    yield "|---|--:|--:|--:|--:|---|---|"
    yield from map(_wait, _waits(result.figures))
    planning = result.figures["planning"]
    yield (
        f"\nStatements over {planning['partitions']} partitions with {planning['rows']:,} "
        "messages, prepared, p50 at the client in milliseconds, planning included.\n"
    )
    yield "| statement | one partition | months | required | met |"
    yield "|---|--:|--:|---|---|"
    for one in planning["statements"]:
        yield (
            f"| {one['name']} | {one['one_partition_ms']:.2f} | {one['months_ms']:.2f} "
            f"| under {planning['required_ms']:g} | {verdict(one['met'])} |"
        )


def _waits(figures: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    months, split, retention = (figures[name] for name in ("months", "split", "retention"))
    yield "months begin (`partitions enable`)", months
    later = months["catch_all"]
    yield (
        f"a catch-all of {later['messages']:,} is emptied (`partitions maintain`)",
        months | later,
    )
    yield "the old partition becomes months (`partitions split`)", split
    for name, what in (
        ("months_dropped", "months go whole (`retention run`)"),
        ("groups_removed", "messages go one by one (`retention run`)"),
    ):
        found = retention[name]
        yield f"{found['messages']:,} messages in {what}", retention | found


def _wait(row: tuple[str, dict[str, Any]]) -> str:
    what, found = row
    met = verdict(found["longest_wait_ms"] <= found["required_ms"])
    return (
        f"| {what} | {found['rows']:,} | {found['seconds']:.1f} | {found['longest_wait_ms']:.1f} "
        f"| {found['longest_wait_in_peace_ms']:.1f} | at most {found['required_ms']} | {met} |"
    )


SCALE_SECTIONS: dict[str, Section] = {"scale": _scale}
