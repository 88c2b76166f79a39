"""What is too large, too slow or packed is refused with a problem that says so."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from messagestore import MessageStore
from messagestore.http.app import create_app
from tests.integration.http.conftest import asked

LIMIT = 2048


@pytest.fixture
def app(store: MessageStore) -> FastAPI:
    """A service with low limits, and a route that tells how much arrived."""
    narrow = {"http_body_limit": LIMIT, "http_body_deadline": 0.05}
    store.settings = store.settings.model_copy(update=narrow)
    app = create_app(store)

    async def count(request: Request) -> int:
        return len(await request.body())

    async def fail() -> None:
        raise RuntimeError("a secret")

    app.add_api_route("/count", count, methods=["POST"])
    app.add_api_route("/fail", fail)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that service."""
    async with asked(app) as client:
        yield client


def assert_problem(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith(".")
    return problem


async def _pieces(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


async def _noted(pieces: AsyncIterator[bytes], given: list[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        given.append(piece)
        yield piece


async def test_a_body_up_to_the_limit_is_taken_whole(client: httpx.AsyncClient) -> None:
    assert (await client.post("/count", content=b"x" * LIMIT)).json() == LIMIT
    assert (await client.post("/count", content=_pieces(4, LIMIT // 4))).json() == LIMIT
    assert (await client.post("/count")).json() == 0


async def test_a_larger_one_is_413_by_its_head_or_on_the_way(client: httpx.AsyncClient) -> None:
    assert_problem(await client.post("/count", content=b"x" * (LIMIT + 1)), 413)
    given: list[bytes] = []
    answer = await client.post("/count", content=_noted(_pieces(100, LIMIT // 2), given))
    assert_problem(answer, 413)
    assert len(given) < 6, "the rest is not read"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
async def test_a_packed_body_is_415(client: httpx.AsyncClient, encoding: str) -> None:
    answer = await client.post("/count", content=b"x", headers={"Content-Encoding": encoding})
    assert_problem(answer, 415)
    assert answer.headers["accept-encoding"] == "identity"


async def test_a_body_that_does_not_arrive_is_408(app: FastAPI) -> None:
    sent: list[Any] = []
    pieces: list[Any] = [{"type": "http.request", "body": b"x", "more_body": True}]

    async def receive() -> Any:
        return pieces.pop() if pieces else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/count",
        "query_string": b"",
        "headers": [(b"content-length", b"5")],
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_unknown_paths_and_methods(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/nothing"), 404)
    answer = await client.delete("/healthz")
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "GET"


async def test_the_unforeseen_is_500_and_says_nothing(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert "secret" not in str(assert_problem(await client.get("/fail"), 500))
    assert "RuntimeError at" in caplog.text
    assert "secret" not in caplog.text
