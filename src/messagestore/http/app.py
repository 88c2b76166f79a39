"""The application: routes and middleware put together, around a store."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from messagestore.http import api, health, metrics, webhooks
from messagestore.http.feed import Feed
from messagestore.http.guard import Guard
from messagestore.http.limits import BodyLimits
from messagestore.http.positions import Positions
from messagestore.http.problems import tell_problems
from messagestore.http.sender import check_secrets
from messagestore.http.service import Service
from messagestore.http.tokens import TokenBook
from messagestore.http.traffic import Counting, Traffic
from messagestore.settings import Settings
from messagestore.store import MessageStore

_DESCRIPTION = "Stores every message of a chat bot, and answers any question about them."


def create_app(source: MessageStore | Settings) -> FastAPI:
    """Return the service on a store that is open, or (settings) that it opens and closes itself.

    Starting it raises InvalidSettings where the settings name a provider that does not exist.
    """
    settings = source if isinstance(source, Settings) else source.settings
    traffic = Traffic()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _opened(source) as store, Feed(store.changes) as feed:
            check_secrets(settings)  # opening the store adds the providers of mapping files
            app.state.service = Service(store, TokenBook(store.tokens), traffic, feed)
            yield

    app = FastAPI(
        title="messagestore",
        version=version("messagestore"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for module in (health, metrics, webhooks, api):
        app.include_router(module.router)
    tell_problems(app)
    add_middleware(app, settings, traffic)
    return app


def add_middleware(app: FastAPI, settings: Settings, traffic: Traffic) -> None:
    """Put around an application what every request goes through."""
    # The last one added is the first that a request meets.
    if settings.replica_urls:
        app.add_middleware(Positions)
    app.add_middleware(
        BodyLimits, limit=settings.http_body_limit, deadline=settings.http_body_deadline
    )
    app.add_middleware(Guard)
    app.add_middleware(Counting, traffic=traffic)


def from_environment() -> FastAPI:
    """Return the service that the settings name: what each of several workers runs."""
    return create_app(Settings.load())


def _opened(source: MessageStore | Settings) -> AbstractAsyncContextManager[MessageStore]:
    return (
        _given(source) if isinstance(source, MessageStore) else MessageStore.open(settings=source)
    )


@asynccontextmanager
async def _given(store: MessageStore) -> AsyncIterator[MessageStore]:
    yield store
