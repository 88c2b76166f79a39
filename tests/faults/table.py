"""The table that ends a run of the fault tests: one row a fault, with the figures it came to.

A test says with `@pytest.mark.fault(name, how=…, required=…)` which fault it makes, and with the
fixture `figures` what it measured. Whether the figure was met is the test's own outcome, so what
is required must be asserted there.
"""

import os
from collections.abc import Callable, Generator, Iterable
from typing import NamedTuple

import pytest

Figures = Callable[[str], None]
"""Takes what a test measured, such as `5 kills, 1,234 acknowledged, 0 lost`."""

PROPERTY = "fault"
_MARKER = "fault(name, how, required): a fault of the table that ends `make faults`"
_HEAD = ("fault", "how", "required", "measured", "met")
_WORST_FIRST = ("NO", "no figure", "not run", "in short", "yes")


class Row(NamedTuple):
    """What one test found; `met` is a word, as a test may not have run."""

    fault: str
    how: str
    required: str
    measured: str
    met: str


def is_full() -> bool:
    """Whether the tests run as often as the table requires: MESSAGESTORE_FAULTS=full."""
    return os.environ.get("MESSAGESTORE_FAULTS") == "full"


def merged(rows: Iterable[Row]) -> list[Row]:
    """Make one row of those of one fault, such as a test's parameters: met when all were."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        found.setdefault(row[:3], []).append(row)
    return [
        Row(
            *key,
            "; ".join(dict.fromkeys(row.measured for row in several if row.measured)),
            min((row.met for row in several), key=_WORST_FIRST.index),
        )
        for key, several in found.items()
    ]


def lines(rows: Iterable[Row], *, full: bool) -> list[str]:
    """Return the table's lines, in columns."""
    table = [_HEAD, *merged(rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    form = "" if full else " (short form: `make faults` measures what is required)"
    return [
        f"faults{form}",
        *(
            " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        ),
    ]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Report what was measured; the test has to have the marker `fault`."""
    assert request.node.get_closest_marker(PROPERTY), "mark the test with pytest.mark.fault"
    return lambda measured: request.node.user_properties.append(("measured", measured))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the row into the report: that is what xdist's workers send home."""
    report = yield
    marker = item.get_closest_marker(PROPERTY)
    if marker is not None and (report.when == "call" or not report.passed):
        row = _row(marker, report)
        report.user_properties = [*report.user_properties, (PROPERTY, tuple(row))]
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Print the table after everything else that a run says."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker of xdist
        return
    reports = [report for several in reporter.stats.values() for report in several]
    rows = [
        Row(*value)
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
    ]
    if rows:
        for line in ("", *lines(sorted(rows), full=is_full())):
            reporter.write_line(line)


def _row(marker: pytest.Mark, report: pytest.TestReport) -> Row:
    measured = [str(value) for name, value in report.user_properties if name == "measured"]
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
        measured, met = [reason.removeprefix("Skipped: ")], "not run"
    elif report.failed:
        met = "NO"
    else:
        passed = "yes" if is_full() else "in short"
        met = passed if measured else "no figure"
    how, required = marker.kwargs["how"], marker.kwargs["required"]
    return Row(marker.args[0], how, required, "; ".join(measured), met)
