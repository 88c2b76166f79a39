"""The commands retention …: messages are kept for so many days, and then go."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from messagestore.cli import output, tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.options import AsObject
from messagestore.cli.plain import plain
from messagestore.cli.progress import metered
from messagestore.cli.session import Session, with_store

if TYPE_CHECKING:
    from messagestore.retention import Plan, Retained
    from messagestore.store import MessageStore

commands = typer.Typer(
    name="retention",
    no_args_is_help=True,
    help="Remove messages that have been kept for long enough.",
)


@commands.command(epilog="Example: messagestore retention show --json | jq .before")
def show(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines, one a rule.")] = False,
) -> ExitCode:
    """Show how long messages are kept, by the settings."""
    from messagestore.retention import Rules  # noqa: PLC0415 (--help needs none of it)

    rules = Rules.of(Session.of(ctx).settings())
    horizons = rules.at(datetime.now(UTC))
    found = [_rule("all", None, rules.general, horizons.general)]
    for context_type, days in rules.by_type.items():
        found.append(_rule("type", context_type, days, horizons.by_type[context_type]))
    for context_id, days in rules.by_context.items():
        found.append(_rule("context", context_id, days, horizons.by_context[context_id]))
    if as_json:
        output.write_json(found)
    else:
        output.show(_table(found))
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore retention run --dry-run")
def run(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    as_json: AsObject = False,
) -> ExitCode:
    """Remove for good what has been kept for longer than the settings say."""

    async def work(store: "MessageStore") -> None:
        if dry_run:
            _tell_plan(await store.retention.plan(), as_json=as_json)
            return
        total = None
        if output.notes().is_terminal:
            plan = await store.retention.plan()
            total = plan.messages + sum(one.messages for one in plan.partitions)
        with metered("Removing", unit="messages", total=total) as meter:
            done = await store.retention.run(
                report=output.note, advance=lambda count: meter.advance(count, items=count)
            )
        _tell(done, as_json=as_json)

    return with_store(ctx, work)


def _tell_plan(plan: "Plan", *, as_json: bool) -> None:
    if as_json:
        output.write_json([plan])
        return
    for partition in plan.partitions:
        output.say(f"{partition.name} would be dropped, with {partition.messages:,} messages.")
    output.say(f"{plan.messages:,} messages would be removed from the other partitions.")


def _tell(done: "Retained", *, as_json: bool) -> None:
    if as_json:
        output.write_json([done])
        return
    output.say(f"Removed {done.removed:,} messages.")
    if done.dropped:
        output.say(f"Dropped {', '.join(done.dropped)}.")


def _rule(of: str, name: str | None, days: int | str, before: datetime | None) -> dict[str, Any]:
    return {"of": of, "name": name, "days": days, "before": before}


def _table(rules: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    for header in ("rule of", "name", "days", "removes what is from before (UTC)"):
        table.add_column(header, overflow="fold")
    for rule in rules:
        before = tables.utc(rule["before"]) if rule["before"] else ""
        table.add_row(rule["of"], plain(rule["name"] or ""), str(rule["days"]), before)
    return table
