"""The application: routes and middleware put together, around a store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from messagestore.http import api, health, metrics, webhooks
from messagestore.http.feed import Feed
from messagestore.http.guard import Guard
from messagestore.http.limits import BodyLimits
from messagestore.http.positions import Positions
from messagestore.http.problems import tell_problems
from messagestore.http.quarantines import Quarantines, alone, among_others
from messagestore.http.sender import check_secrets
from messagestore.http.service import Service
from messagestore.http.tokens import TokenBook
from messagestore.http.traffic import Counting, Traffic
from messagestore.settings import Settings
from messagestore.store import MessageStore

_DESCRIPTION = "Stores every message of a chat bot, and answers any question about them."


class Application(FastAPI):
    """The service. What webhooks deliver goes past the framework, through the same middleware."""

    delivery: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if webhooks.place(scope):
            scope["app"] = self
            await self.delivery(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(source: MessageStore | Settings, *, among_workers: bool = False) -> Application:
    """Return the service on a store that is open, or (settings) that it opens and closes itself.

    With `among_workers` it is one of several processes, which answer for each other's quarantine.
    Starting it raises InvalidSettings where the settings name a provider that does not exist.
    """
    settings = source if isinstance(source, Settings) else source.settings
    traffic = Traffic()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            _opened(source) as store,
            Feed(store.changes) as feed,
            _quarantines(store, among_workers=among_workers) as quarantines,
        ):
            check_secrets(settings)  # opening the store adds the providers of mapping files
            app.state.service = Service(store, TokenBook(store.tokens), traffic, feed, quarantines)
            yield

    layers = middleware(settings, traffic)
    app = Application(
        title="messagestore",
        version=version("messagestore"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=layers,
    )
    app.delivery = within(layers, webhooks.deliver)
    for module in (health, metrics, webhooks, api):
        app.include_router(module.router)
    tell_problems(app)
    return app


def middleware(settings: Settings, traffic: Traffic) -> list[Middleware]:
    """Return what every request goes through, the outermost first."""
    limit, deadline = settings.http_body_limit, settings.http_body_deadline
    return [
        Middleware(Counting, traffic=traffic),
        Middleware(Guard),
        Middleware(BodyLimits, limit=limit, deadline=deadline),
        *([Middleware(Positions)] if settings.replica_urls else []),
    ]


def within(layers: Sequence[Middleware], app: ASGIApp) -> ASGIApp:
    """Return an application with middleware around it."""
    for layer, arguments, options in reversed(layers):
        app = layer(app, *arguments, **options)
    return app


def _quarantines(
    store: MessageStore, *, among_workers: bool
) -> AbstractAsyncContextManager[Quarantines]:
    if among_workers:
        return among_others(store.quarantine, store.settings.spool_folder)
    return alone(store.quarantine)


def _opened(source: MessageStore | Settings) -> AbstractAsyncContextManager[MessageStore]:
    return (
        _given(source) if isinstance(source, MessageStore) else MessageStore.open(settings=source)
    )


@asynccontextmanager
async def _given(store: MessageStore) -> AsyncIterator[MessageStore]:
    yield store
