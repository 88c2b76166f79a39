"""The commands token …: who may use the HTTP API."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich import box
from rich.table import Table

from messagestore.cli import output, tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.session import with_store

if TYPE_CHECKING:
    from messagestore.repository.tokens import Token
    from messagestore.store import MessageStore

commands = typer.Typer(
    name="token", no_args_is_help=True, help="Make, list and revoke tokens of the HTTP API."
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What the token is called: who uses it, say.")
]


@commands.command(epilog="Example: messagestore token create shop-bot --scope read --scope write")
def create(
    ctx: typer.Context,
    name: Name,
    scopes: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="What it is good for: read (the default), write, delete or admin; repeatable.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object: `name` and `token`.")
    ] = False,
) -> ExitCode:
    """Make a token and print it; it is kept as a hash, so nobody can see it again."""

    async def work(store: "MessageStore") -> None:
        secret = await store.tokens.create(name, scopes or ["read"], now=store.clock())
        if as_json:
            output.write_json([{"name": name, "token": secret}])
        else:
            output.say(secret)
            output.note("Keep it now: it cannot be shown again.")

    return with_store(ctx, work)


@commands.command("list", epilog="Example: messagestore token list --json | jq .name")
def list_(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines, one a token.")] = False,
) -> ExitCode:
    """List the tokens and what they are good for; the revoked ones too."""

    async def work(store: "MessageStore") -> None:
        tokens = await store.tokens.list()
        if as_json:
            output.write_json([_record(token) for token in tokens])
        elif tokens:
            output.show(_table(tokens))
        else:
            output.say("There is no token.")

    return with_store(ctx, work)


@commands.command(epilog="Example: messagestore token revoke shop-bot")
def revoke(
    ctx: typer.Context,
    name: Name,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the token as one JSON object.")
    ] = False,
) -> ExitCode:
    """Make a token good for nothing, within seconds, for good."""

    async def work(store: "MessageStore") -> None:
        token = await store.tokens.revoke(name, now=store.clock())
        if as_json:
            output.write_json([_record(token)])
        else:
            output.say(f"Revoked the token {name}.")

    return with_store(ctx, work)


def _record(token: "Token") -> dict[str, object]:
    return msgspec.structs.asdict(token) | {"scopes": sorted(token.scopes)}


def _table(tokens: list["Token"]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    for header in ("name", "scopes", "created (UTC)", "revoked (UTC)"):
        table.add_column(header, overflow="fold")
    for token in tokens:
        revoked = tables.utc(token.revoked_at) if token.revoked_at else ""
        table.add_row(
            token.name, ", ".join(sorted(token.scopes)), tables.utc(token.created_at), revoked
        )
    return table
