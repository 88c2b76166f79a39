"""The stream, over a socket: an answer that does not end needs a client that reads as it comes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import pytest
import uvicorn

from messagestore import MessageStore, Status
from messagestore.http import feed
from messagestore.http.app import create_app
from messagestore.repository.changes import ChangeRepository, Changes, Place
from messagestore.repository.tokens import Scope
from tests.builders import new_message


class Event(NamedTuple):
    """One event, as a browser would give it."""

    kind: str
    id: str | None
    data: dict[str, Any]


@pytest.fixture
async def url(store: MessageStore) -> AsyncIterator[str]:
    """Where the service listens."""
    config = uvicorn.Config(create_app(store), log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1/stream"
        server.should_exit = True
        await serving


@pytest.fixture
async def headers(store: MessageStore) -> dict[str, str]:
    secret = await store.tokens.create("listener", {Scope.READ}, now=store.clock())
    return {"Authorization": f"Bearer {secret}"}


@asynccontextmanager
async def listening(
    url: str, headers: dict[str, str], **query: str
) -> AsyncIterator[AsyncIterator[Event]]:
    """Listen; from the moment that the block begins on, nothing is missed."""
    async with (
        asyncio.timeout(20),
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", url, headers=headers, params=query) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Event(fields["event"], fields.get("id"), json.loads(fields["data"]))
            fields = {}


async def _next(events: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(events) for _ in range(count)]


async def test_messages_and_what_becomes_of_them_are_told(
    url: str, headers: dict[str, str], store: MessageStore
) -> None:
    async with listening(url, headers) as events:
        stored = (await store.messages.create(new_message("hello", message_id="a"))).message
        [created] = await _next(events, 1)
        assert (created.kind, created.data["content"]) == ("created", "hello")
        await store.service.update_message_status("a", Status.READ)
        [changed] = await _next(events, 1)
        assert (changed.kind, changed.data["status"]) == ("changed", "read")
        await store.messages.soft_delete("a")
        [removed] = await _next(events, 1)
        assert removed.data == {"id": str(stored.id), "context_id": "alice"}
        assert removed.kind == "removed"


async def test_a_conversation_can_be_followed_alone(
    url: str, headers: dict[str, str], store: MessageStore
) -> None:
    async with listening(url, headers, context_id="bob") as events:
        for number, person in enumerate(["alice", "bob", "alice", "bob"]):
            await store.messages.create(new_message(message_id=f"{number}", context_id=person))
        told = await _next(events, 2)
    assert [event.data["message_id"] for event in told] == ["1", "3"]


async def test_a_listener_goes_on_where_it_was(
    url: str, headers: dict[str, str], store: MessageStore
) -> None:
    """Fails without the part of Feed.heard that reads what was missed."""
    messages = [new_message(message_id=f"{number}") for number in range(30)]
    async with listening(url, headers) as events:
        await store.messages.create_many(messages[:10])
        told = await _next(events, 4)
    await store.messages.create_many(messages[10:20])
    async with listening(url, headers | {"Last-Event-ID": str(told[-1].id)}) as events:
        await store.messages.create_many(messages[20:])
        told += await _next(events, 26)
    assert {event.data["message_id"] for event in told} == {m.message_id for m in messages}
    assert len({event.id for event in told}) == 30


async def test_what_may_be_forgotten_is_said(
    url: str, headers: dict[str, str], store: MessageStore
) -> None:
    await store.messages.create(new_message(message_id="a"))
    async with listening(url, headers | {"Last-Event-ID": "3-1-1"}) as events:
        gap, created = await _next(events, 2)
    assert (gap.kind, gap.id, created.data["message_id"]) == ("gap", None, "a")


async def test_a_listener_that_is_too_slow_is_cut_off(
    store: MessageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_WAITING", 3)
    async with feed.Feed(store.changes) as following:
        slow = await following.listen([])
        quick = await following.listen(["bob"])
        await store.messages.create_many([new_message(message_id=f"{n}") for n in range(5)])
        await store.messages.create(new_message(message_id="b", context_id="bob"))
        heard = [change async for change in following.heard(slow, None)]
        assert len(heard) == 3
        told = following.heard(quick, None)
        assert (await anext(told)).context_id == "bob"
        await told.aclose()


async def test_nobody_asks_while_nobody_listens(store: MessageStore) -> None:
    async with feed.Feed(store.changes) as following:
        listeners = [await following.listen(["alice"]) for _ in range(1000)]
        assert following._reading is not None
        for listener in listeners:
            await following.leave(listener)
        assert following._reading is None
        assert not following._listeners


async def test_an_id_that_the_stream_did_not_give_is_refused(
    url: str, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(url, headers=headers | {"Last-Event-ID": "yesterday"})
        assert answer.status_code == 422
        assert (await client.get(url)).status_code == 401


async def test_who_leaves_before_the_first_event_is_not_listened_for(store: MessageStore) -> None:
    """Take the `finally` of the answer out: nobody closes events that were never asked for."""
    app = create_app(store)
    secret = await store.tokens.create("listener", {Scope.READ}, now=store.clock())
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/stream",
        "query_string": b"context_id=alice",
        "headers": [(b"authorization", f"Bearer {secret}".encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        await asyncio.Event().wait()  # a client who takes nothing more

    async with app.router.lifespan_context(app), asyncio.timeout(20):
        await app(scope, receive, send)
        told = app.state.service.feed
        assert (dict(told._listeners), told._reading) == ({}, None)


class _Held(ChangeRepository):
    """Holds what it has read back until it is told to go on."""

    def __init__(self, store: MessageStore) -> None:
        super().__init__(store.database)
        self.has_read = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def read(self, after: Place, **options: Any) -> Changes:
        read = await super().read(after, **options)
        if read.end > after:
            self.has_read.set()
            await self.may_go_on.wait()
        return read


async def test_who_begins_to_listen_while_changes_are_read_misses_none(
    store: MessageStore,
) -> None:
    """Take the look at who came meanwhile out of `_tell`: their conversation was not read."""
    changes = _Held(store)
    async with feed.Feed(changes) as told, asyncio.timeout(20):
        first = await told.listen(["c0"])
        await store.messages.create(new_message(message_id="m1", context_id="c1"))
        await changes.has_read.wait()
        second = await told.listen(["c1"])
        changes.may_go_on.set()
        heard = await second.next()
        assert heard is not None
        assert (heard.context_id, heard.message and heard.message.message_id) == ("c1", "m1")
        await store.messages.create(new_message(message_id="m0", context_id="c0"))
        heard = await first.next()
        assert heard is not None
        assert heard.message is not None
        assert heard.message.message_id == "m0", "once, and nobody else's"
