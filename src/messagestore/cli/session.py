"""Session: the global options, and the one way in which commands open the store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode

if TYPE_CHECKING:  # `messagestore --help` is quick because it imports neither
    from messagestore.settings import Settings
    from messagestore.store import MessageStore

Work = Callable[["MessageStore"], Awaitable[ExitCode | None]]


@dataclass(frozen=True, kw_only=True)
class Session:
    """The options before the command's name."""

    database_url: str | None
    data_dir: Path | None

    @classmethod
    def of(cls, ctx: typer.Context) -> "Session":
        """Return the session of a command."""
        return cast("Session", ctx.find_root().obj)

    def settings(self, **arguments: Any) -> "Settings":
        """Read all sources of settings, the command's own options first. Raises InvalidSettings."""
        from messagestore.settings import Settings  # noqa: PLC0415 (see above)

        return Settings.load(database_url=self.database_url, data_dir=self.data_dir, **arguments)


def with_store(ctx: typer.Context, work: Work, **options: Any) -> ExitCode:
    """Open the store that the settings name, do the work in it, and close it again."""
    return asyncio.run(_work_in_store(Session.of(ctx).settings(), work, options))


def run_in_store(
    settings: "Settings",
    work: Work,
    *,
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    **options: Any,
) -> ExitCode:
    """Do the same with settings that a command has changed, on an event loop of its choice."""
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(_work_in_store(settings, work, options))


def with_store_beside_spool(settings: "Settings", work: Work) -> ExitCode:
    """Do the work in a store that leaves the spool files alone: the work is about these."""
    return run_in_store(settings_beside_spool(settings), work)


def settings_beside_spool(settings: "Settings") -> "Settings":
    """Return the settings of a store that leaves the spool files alone."""
    return settings.model_copy(update={"spool_dir": settings.spool_folder / "none"})


async def _work_in_store(settings: "Settings", work: Work, options: dict[str, Any]) -> ExitCode:
    from messagestore.store import MessageStore  # noqa: PLC0415 (see above)

    async with AsyncExitStack() as stack:
        with waiting_for_server(settings):
            opening = MessageStore.open(settings=settings, **{"needs_database": True} | options)
            store = await stack.enter_async_context(opening)
        return await work(store) or ExitCode.DONE


def migrate_named(settings: "Settings") -> None:
    """Bring the tables of a database that is named to this version, as the embedded one's are."""
    from messagestore.database.migrator import migrate  # noqa: PLC0415 (see above)
    from messagestore.distribution import complete  # noqa: PLC0415 (see above)

    if settings.database_url is not None:
        asyncio.run(migrate(settings.database_url))
        asyncio.run(complete(settings.database_url))


@contextmanager
def embedded_server(settings: "Settings") -> Iterator[str]:
    """Give the URL of the database, whose tables may be missing; the embedded one is started."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    from messagestore.database.embedded import EmbeddedServer  # noqa: PLC0415 (see above)

    with waiting_for_server(settings):
        server = EmbeddedServer(settings.data_dir)
        server.start()
    with server:
        yield server.url()


def waiting_for_server(settings: "Settings") -> AbstractContextManager[Any]:
    """Show on a terminal that the embedded server is starting, which takes seconds at first."""
    if settings.database_url is not None:
        return nullcontext()
    return output.working("Starting the embedded PostgreSQL …")
