"""The command migrate."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.session import Session, embedded_server

commands = typer.Typer()


@commands.command(epilog="Example: messagestore migrate --sql > migration.sql")
def migrate(
    ctx: typer.Context,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the SQL that would run, and change nothing.")
    ] = False,
    distributed: Annotated[
        bool, typer.Option("--distributed", help="Distribute the tables over a Citus cluster.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            help="With --distributed: let writers wait where the cluster cannot do it beside them.",
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Write one JSON object: `applied`, `version` and `distributed`."
        ),
    ] = False,
) -> ExitCode:
    """Bring the database's tables to this version; harmless to repeat, safe beside writers.

    Where there are months, those ahead are made too.
    """
    from messagestore.database import migrator  # noqa: PLC0415 (--help needs none of it)
    from messagestore.distribution import complete, distribute  # noqa: PLC0415 (see above)
    from messagestore.partitions.upkeep import look_after  # noqa: PLC0415 (see above)

    settings = Session.of(ctx).settings()
    with embedded_server(settings) as url:
        if sql:
            _print_sql(asyncio.run(migrator.pending(url)))
            return ExitCode.DONE
        applied = asyncio.run(migrator.migrate(url))
        if distributed:
            work = distribute(url, shards=settings.citus_shards, blocking=yes, report=output.note)
        else:
            work = complete(url, connect_timeout=settings.connect_timeout)
        tables = asyncio.run(work)
        asyncio.run(look_after(url, settings, datetime.now(UTC)))
    version = migrator.head_revision()
    if as_json:
        output.write_json([{"applied": applied, "version": version, "distributed": tables}])
        return ExitCode.DONE
    if applied:
        output.say(f"Applied {', '.join(applied)}: the tables have version {version}.")
    if tables:
        output.say(f"Distributed {', '.join(tables)}.")
    if not applied and not tables:
        output.say(f"Nothing to do: the tables have version {version}.")
    return ExitCode.DONE


def _print_sql(missing: list[str]) -> None:
    from messagestore.database.migrator import render_sql  # noqa: PLC0415 (--help needs none of it)
    from messagestore.database.migrator.schema import revisions  # noqa: PLC0415 (as above)

    if not missing:
        output.say("-- Nothing to do: the tables have this version.")
        return
    known = revisions()
    position = known.index(missing[0])
    typer.echo(render_sql(since=known[position - 1] if position else None), nl=False)
