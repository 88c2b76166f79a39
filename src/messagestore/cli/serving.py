"""The command serve: the HTTP service."""

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.session import (
    Session,
    embedded_server,
    run_in_store,
    settings_beside_spool,
)

if TYPE_CHECKING:
    from messagestore.settings import Settings
    from messagestore.store import MessageStore

commands = typer.Typer()


@commands.command(epilog="Example: messagestore serve --port 8080")
def serve(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to listen; else `http_host`.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="The port; else `http_port`.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
    demo: Annotated[
        bool, typer.Option("--demo", help="Have made-up people write to a bot meanwhile.")
    ] = False,
) -> ExitCode:
    """Serve webhooks and the HTTP API, until it is told to stop.

    An address that others can reach needs a token first: `messagestore token create`.
    """
    settings = Session.of(ctx).settings(http_host=host, http_port=port)
    if demo:
        return _serve_demo(settings, workers)
    if workers == 1:
        return _serve_alone(settings)
    return _serve_in_workers(settings, workers)


def _serve_alone(settings: "Settings") -> ExitCode:
    from messagestore.http import server  # noqa: PLC0415 (quick --help)

    async def work(store: "MessageStore") -> None:
        await _require_token(store)
        with _listener(settings) as listener:
            await server.serve(store, listener)

    return run_in_store(settings, work, loop=server.new_event_loop, needs_database=False)


def _serve_demo(settings: "Settings", workers: int) -> ExitCode:
    from messagestore.cli.demo_service import serve_demo  # noqa: PLC0415 (quick --help)

    if workers > 1:
        raise typer.BadParameter("one process serves the demo", param_hint="--workers")
    return serve_demo(settings, _require_token)


def _serve_in_workers(settings: "Settings", workers: int) -> ExitCode:
    from messagestore.http.server import serve_in_workers  # noqa: PLC0415 (quick --help)

    with embedded_server(settings) as url:
        # What would keep every worker from starting is told here, in a sentence.
        run_in_store(settings_beside_spool(settings), _require_token, needs_database=False)
        os.environ["MESSAGESTORE_DATABASE_URL"] = url
        os.environ["MESSAGESTORE_DATA_DIR"] = str(settings.data_dir)
        with _listener(settings) as listener:
            serve_in_workers(settings, listener, workers)
    return ExitCode.DONE


def _listener(settings: "Settings") -> socket.socket:
    from messagestore.http.listening import listen, url_of  # noqa: PLC0415 (quick --help)

    listener = listen(settings.http_host, settings.http_port)
    output.say(url_of(listener))
    output.flush()
    return listener


async def _require_token(store: "MessageStore") -> None:
    """Raise InvalidSettings when strangers could come and there is no token.

    In an outage nobody knows, and webhooks must be taken: the API answers nobody meanwhile.
    """
    from messagestore.errors import DatabaseUnavailable, InvalidSettings  # noqa: PLC0415 (as above)
    from messagestore.http.listening import is_loopback  # noqa: PLC0415 (quick --help)

    if is_loopback(store.settings.http_host):
        return
    try:
        tokens = await store.tokens.list()
    except DatabaseUnavailable:
        return
    if all(token.revoked_at is not None for token in tokens):
        raise InvalidSettings(
            "Others can reach this address, and there is no token yet: make one with "
            "`messagestore token create NAME --scope read`, or listen on 127.0.0.1."
        )
