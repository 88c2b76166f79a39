"""Scale: what outgrowing one table costs, in one result: `make bench-scale`.

Months that begin on a large table, the split of the old one, planning over 36 months, retention.
Each has a server of its own, and can be run alone: `python -m benchmarks.split`.
"""

import argparse
from types import ModuleType

import msgspec

from benchmarks import months, planning, retention, split
from benchmarks.program import measured, tell_figures
from benchmarks.results import Result

PARTS: dict[str, ModuleType] = {
    "months": months,
    "planning": planning,
    "split": split,
    "retention": retention,
}


def main() -> None:
    """Measure each part, print it, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="for months (%(default)s)")
    parser.add_argument("--rows-of-others", type=int, default=1_000_000, help="(%(default)s)")
    arguments = parser.parse_args()
    results: list[Result] = []
    for name, part in PARTS.items():
        rows = arguments.rows if name == "months" else arguments.rows_of_others
        results.append(measured(part.measure, rows=rows))
        print(f"\n{name}, {rows:,} messages")
        tell_figures(results[-1])
    figures = {one.name: {"rows": one.rows} | one.figures for one in results}
    msgspec.structs.replace(results[0], name="scale", figures=figures).save()


if __name__ == "__main__":
    main()
