"""The embedded server of the data folder, kept running for commands that are about it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from messagestore.cli.session import Session, waiting_for_server

if TYPE_CHECKING:
    from messagestore.database.embedded import EmbeddedServer


def embedded(ctx: typer.Context) -> "EmbeddedServer":
    """Return the server of the data folder, whether or not it runs."""
    from messagestore.database.embedded import EmbeddedServer  # noqa: PLC0415 (quick --help)

    return EmbeddedServer(Session.of(ctx).settings().data_dir)


@contextmanager
def kept_server(ctx: typer.Context, server: "EmbeddedServer") -> Iterator[None]:
    """Use a server that goes on until `db stop`, with its tables and its replicas."""
    from messagestore.database.embedded.replicas import start_replicas  # noqa: PLC0415 (as above)
    from messagestore.database.migrator import migrate  # noqa: PLC0415 (as above)

    with waiting_for_server(Session.of(ctx).settings()):
        server.start(keep=True)
        start_replicas(server)
    with server:
        asyncio.run(migrate(server.url()))
        yield
