"""No answer of the API without a token that is good for it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from messagestore import MessageStore
from messagestore.database.database import Database
from messagestore.errors import DatabaseUnavailable
from messagestore.http.api.description import describe
from messagestore.http.app import create_app
from messagestore.http.tokens import TokenBook
from messagestore.repository.tokens import Scope, Token, TokenRepository, hash_token
from tests.integration.http.conftest import asked

NEEDED = {
    ("POST", "/api/v1/messages"): Scope.WRITE,
    ("POST", "/api/v1/messages/batch"): Scope.WRITE,
    ("POST", "/api/v1/statuses"): Scope.WRITE,
    ("DELETE", "/api/v1/messages/{id}"): Scope.DELETE,
    ("POST", "/api/v1/messages/{id}/restore"): Scope.DELETE,
    ("GET", "/api/v1/quarantine"): Scope.ADMIN,
    ("GET", "/api/v1/quarantine/{id}"): Scope.ADMIN,
    ("POST", "/api/v1/quarantine/{id}/retry"): Scope.ADMIN,
    ("DELETE", "/api/v1/quarantine/{id}"): Scope.ADMIN,
}
"""All others need `read`."""

MISSING = "019caeb2-3c00-7d3f-8a01-9b1e2f3a4b5c"


@pytest.fixture
def app(store: MessageStore) -> FastAPI:
    return create_app(store)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(app) as client:
        yield client


def _operations(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in describe(app)["paths"].items():
        for method in methods:
            yield method.upper(), path
    yield "GET", "/api/v1/openapi.json"


def _url(path: str) -> str:
    return (
        path.replace("{id}", "019caeb2-3c00-7d3f-8a01-9b1e2f3a4b5c")
        .replace("{", "")
        .replace("}", "")
    )


async def _ask(client: httpx.AsyncClient, method: str, path: str, token: str | None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    # The stream would not end; with an id that it did not give it is refused after the token.
    headers |= {"Last-Event-ID": "none"}
    return (await client.request(method, _url(path), headers=headers)).status_code


async def test_every_route_asks_for_a_token_with_its_scope(
    app: FastAPI, client: httpx.AsyncClient, store: MessageStore
) -> None:
    """Fails for a route without `needs(…)`."""
    tokens = {
        scope: await store.tokens.create(scope, [scope], now=store.clock()) for scope in Scope
    }
    operations = list(_operations(app))
    assert len(operations) > 20
    for method, path in operations:
        assert await _ask(client, method, path, None) == 401, path
        assert await _ask(client, method, path, "ms_unknown") == 401, path
        needed = NEEDED.get((method, path), Scope.READ)
        for scope, token in tokens.items():
            denied = await _ask(client, method, path, token) in {401, 403}
            assert denied is (scope not in {needed, Scope.ADMIN}), (method, path, scope)


async def test_more_is_needed_for_what_is_gone_or_hidden(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    reader = await store.tokens.create("reader", ["read", "write"], now=store.clock())
    deleter = await store.tokens.create("deleter", ["delete"], now=store.clock())
    hidden = "/api/v1/export?include_deleted=true"
    assert await _ask(client, "GET", hidden, reader) == 403
    gone = "/api/v1/messages/{id}?hard=true"
    assert await _ask(client, "DELETE", gone, deleter) == 403
    assert await _ask(client, "DELETE", "/api/v1/messages/{id}", deleter) == 404


async def test_what_is_told_to_who_has_no_token(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/stats")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    for header in ("Basic eDp5", "Bearer", "Bearer é", "Bearer  ", "bearer ms_x y"):
        answer = await client.get("/api/v1/stats", headers=[(b"Authorization", header.encode())])
        assert answer.status_code == 401, header


class _Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_a_token_counts_at_once_and_a_revoked_one_for_five_seconds_at_most(
    store: MessageStore,
) -> None:
    time = _Time()
    book = TokenBook(store.tokens, monotonic=time, sleep=time.sleep)
    assert await book.find("ms_unknown") is None
    secret = await store.tokens.create("shop", ["read"], now=store.clock())
    assert await book.find(secret) is not None  # though they were read an instant ago
    await store.tokens.revoke("shop", now=store.clock())
    time.now += 5
    assert await book.find(secret) is None


class _Counting(TokenRepository):
    readings = 0

    async def by_hash(self) -> dict[bytes, Token]:
        self.readings += 1
        return await super().by_hash()


async def test_strangers_cost_twenty_queries_a_second(store: MessageStore) -> None:
    time, tokens = _Time(), _Counting(store.database)
    book = TokenBook(tokens, monotonic=time, sleep=time.sleep)
    for number in range(10):
        assert await book.find(f"ms_{number}") is None
    assert tokens.readings == 10
    assert time.now == pytest.approx(100 + 9 / 20)


async def test_who_asks_again_waits_for_nothing(store: MessageStore) -> None:
    time, tokens = _Time(), _Counting(store.database)
    book = TokenBook(tokens, monotonic=time, sleep=time.sleep)
    for _ in range(10):
        assert await book.find("ms_unknown") is None
    assert (tokens.readings, time.now) == (1, 100)
    time.now += 5
    assert await book.find("ms_unknown") is None
    assert tokens.readings == 2


async def test_strangers_wait_for_one_query_together(store: MessageStore) -> None:
    tokens = _Counting(store.database)
    book = TokenBook(tokens)
    assert await book.find("ms_unknown") is None
    assert await asyncio.gather(*(book.find(f"ms_{number}") for number in range(50))) == [None] * 50
    assert tokens.readings == 2


class _Slow(TokenRepository):
    """Is held up once its first reading is done."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.began, self.may_end = asyncio.Event(), asyncio.Event()

    async def by_hash(self) -> dict[bytes, Token]:
        tokens = await super().by_hash()
        self.began.set()
        await self.may_end.wait()
        return tokens


async def test_a_revoked_token_is_not_good_while_the_tokens_are_read(store: MessageStore) -> None:
    """Fails when a reading counts from its beginning, before it is over."""
    time, tokens = _Time(), _Slow(store.database)
    book = TokenBook(tokens, monotonic=time, sleep=time.sleep)
    kept, revoked = [
        await store.tokens.create(name, ["read"], now=store.clock()) for name in ("kept", "revoked")
    ]
    tokens.may_end.set()
    assert await book.find(revoked) is not None
    await store.tokens.revoke("revoked", now=store.clock())
    time.now += 5
    tokens.began.clear()
    tokens.may_end.clear()
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(book.find(kept))
        await tokens.began.wait()
        time.now += 1
        second = tasks.create_task(book.find(revoked))
        await asyncio.sleep(0)
        tokens.may_end.set()
    assert first.result() is not None
    assert second.result() is None


async def test_in_an_outage_what_was_known_counts_on(store: MessageStore) -> None:
    time = _Time()
    secret = await store.tokens.create("shop", ["read"], now=store.clock())
    book = TokenBook(store.tokens, monotonic=time, sleep=time.sleep)
    unread = TokenBook(store.tokens, monotonic=time, sleep=time.sleep)
    assert await book.find(secret) is not None
    await store.database.close()
    time.now += 60
    assert await book.find(secret) is not None
    assert await book.find("ms_unknown") is None
    with pytest.raises(DatabaseUnavailable):
        await unread.find(secret)


def test_a_token_is_found_by_its_hash_alone() -> None:
    assert len(hash_token("ms_x")) == 32
    assert hash_token("\ud800")
