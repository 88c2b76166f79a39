"""The server: uvicorn as the service runs it, in this process or in several."""

import asyncio
import gc
import math
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import uvloop
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from messagestore.http.app import create_app
from messagestore.http.sender import check_secrets
from messagestore.settings import Settings
from messagestore.store import MessageStore

_OBJECTS_A_ROUND = 10_000

_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
        for name in ("messagestore", "uvicorn")
    },
}


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a loop of uvloop, which answers more requests than that of Python."""
    return uvloop.new_event_loop()


async def serve(store: MessageStore, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; what was asked before is answered.

    Raises InvalidSettings where the settings name a provider that does not exist.
    """
    check_secrets(store.settings)
    await serve_app(create_app(store), store.settings, listener)


async def serve_app(application: ASGIApp, settings: Settings, listener: socket.socket) -> None:
    """Serve any application as the service is served, until SIGTERM or SIGINT."""
    _spare_the_collector()
    await _Server(_config(application, settings)).serve(sockets=[listener])


def serve_in_workers(
    settings: Settings,
    listener: socket.socket,
    workers: int,
    application: str = "messagestore.http.server:from_environment",
) -> None:
    """Serve with so many processes, each with a store of its own, until SIGTERM or SIGINT.

    `application` is what makes one, as `module:function`. The processes read the settings from the
    environment and the working folder. Raises InvalidSettings as `serve` does.
    """
    check_secrets(settings)  # once, rather than by every process
    config = _config(application, settings, factory=True, workers=workers)
    Multiprocess(config, sockets=[listener]).run()


def from_environment() -> ASGIApp:
    """Return the service that the settings name: what each of several workers runs."""
    app = create_app(Settings.load(), among_workers=True)
    _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    """Have the garbage collector look at what requests leave, seldom, and at nothing else.

    Modules, routes and schemas never become garbage; looking at all of them again, and at what is
    under way every 700 objects, took a seventh of a webhook's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_ROUND)


def _config(application: Any, settings: Settings, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,  # its lines have paths, which name conversations: personal data
        server_header=False,
        log_config=_LOGGING,
        timeout_graceful_shutdown=math.ceil(settings.close_grace),
        **options,
    )


class _Server(uvicorn.Server):
    """Keeps the signal that ended it: raised once more, it would break off the store's closing."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
