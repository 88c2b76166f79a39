"""The account of what became of many records, and which of them were refused."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.plain import plain_line

if TYPE_CHECKING:
    from messagestore.store import MessageStore

_BULK = 1000
"""So many new messages change what the planner should know."""


def report_refused(place: str, reason: str) -> None:
    """Name a record that was refused, as soon as it is."""
    output.complain(f"{place}: {reason}")


async def settle_after(store: "MessageStore", outcomes: Mapping[str, int]) -> None:
    """Refresh what the planner knows when enough is new to change it."""
    if outcomes["stored"] >= _BULK:
        await store.settle()


def close_account(
    outcomes: Mapping[str, int],
    reasons: Mapping[tuple[str, str], int],
    *,
    as_json: bool,
) -> ExitCode:
    """Show the account, and return what it means for scripts."""
    if as_json:
        output.write_json([dict(outcomes)])
    else:
        output.show(outcomes_table(outcomes, reasons))
    bad = outcomes.get("refused", 0) + outcomes.get("failed", 0)
    return ExitCode.REFUSED if bad else ExitCode.DONE


def outcomes_table(outcomes: Mapping[str, int], reasons: Mapping[tuple[str, str], int]) -> Table:
    """Show how many records came to what, and why."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("outcome")
    table.add_column("count", justify="right")
    table.add_column("why", overflow="fold")
    for outcome, count in outcomes.items():
        if not count and outcome != "stored":
            continue
        style = "red" if count and outcome in {"refused", "failed"} else ""
        table.add_row(Text(outcome, style=style), f"{count:,}", _why(outcome, reasons))
    return table


def _why(outcome: str, reasons: Mapping[tuple[str, str], int]) -> Text:
    known = Counter({reason: count for (of, reason), count in reasons.items() if of == outcome})
    lines = [f"{count:,} x {plain_line(reason)}" for reason, count in known.most_common(5)]
    return Text("\n".join(lines), style="dim")
