"""Several processes: who wrote through one reads it through another, by the header."""

import httpx
import pytest

from messagestore import MessageStore
from messagestore.http.app import create_app
from messagestore.http.positions import HEADER, read_position
from messagestore.store import utc_now
from tests.integration.http.conftest import asked, figures_of
from tests.integration.replicas.conftest import PATIENT, Open, paused, replicas_of
from tests.servers import Server

MESSAGE = {
    "message_id": "m1",
    "context_id": "alice",
    "direction": "incoming",
    "sender": "alice",
    "recipient": "bot",
    "content": "hello",
}
HISTORY = "/api/v1/conversations/alice/messages"


async def authorize(store: MessageStore, client: httpx.AsyncClient) -> None:
    """Let a client do everything."""
    token = await store.tokens.create(f"t{id(client)}", ["admin"], now=utc_now())
    client.headers["Authorization"] = f"Bearer {token}"


async def test_the_header_of_a_write_lets_another_process_answer_with_it(
    open_store: Open, standby: Server
) -> None:
    """Without the header the other process answers from its replica. Fails without `adopt`."""
    async with (
        open_store(standby, replica_max_lag_seconds=PATIENT) as one,
        open_store(standby, replica_max_lag_seconds=PATIENT) as other,
        asked(create_app(one)) as client_of_one,
        asked(create_app(other)) as client,
    ):
        await authorize(one, client_of_one)
        await authorize(other, client)
        async with paused(standby):
            written = await client_of_one.post("/api/v1/messages", json=MESSAGE)
            assert written.status_code == 201
            position = {HEADER: written.headers[HEADER]}
            assert (await client.get(HISTORY)).json()["messages"] == []
            assert (await client.get("/api/v1/stats")).json()["total"] == 0
            [message] = (await client.get(HISTORY, headers=position)).json()["messages"]
            assert message["content"] == "hello"
            assert (await client.get("/api/v1/stats", headers=position)).json()["total"] == 1
            # Each request is a caller of its own.
            assert (await client_of_one.get("/api/v1/stats")).json()["total"] == 0


async def test_only_a_write_has_the_header(open_store: Open, standby: Server) -> None:
    async with open_store(standby) as store, asked(create_app(store)) as client:
        await authorize(store, client)
        answers = [
            await client.post("/api/v1/messages", json=MESSAGE),
            await client.get(HISTORY),
            await client.post("/webhooks/generic", json={}),
            await client.get("/healthz"),
        ]
        assert [HEADER in answer.headers for answer in answers] == [True, False, False, False]


@pytest.mark.parametrize("text", ["", "0", "0/", "0/G", "0/1/2", "123456789/0", "-1/0"])
async def test_what_is_no_position_is_refused(text: str, open_store: Open, standby: Server) -> None:
    assert read_position(text) is None
    async with open_store(standby) as store, asked(create_app(store)) as client:
        answer = await client.get(HISTORY, headers={HEADER: text})
        assert answer.status_code == 400
        assert answer.json()["status"] == 400


async def test_metrics(open_store: Open, standby: Server) -> None:
    """No label tells where a replica is."""
    async with open_store(standby) as store, asked(create_app(store)) as client:
        await store.messages.get_conversation_history("alice")
        text = (await client.get("/metrics")).text
        figures = figures_of(text)
        replica = replicas_of(store).replicas[0]
        assert figures["messagestore_replica_lag_seconds", "1"] < 5
        assert figures["messagestore_replica_lag_bytes", "1"] >= 0
        assert figures["messagestore_replica_left_out", "1"] == 0
        assert figures["messagestore_reads_total", "replica 1"] == replica.reads > 0
        assert figures["messagestore_reads_total", "primary"] == 0
        assert figures["messagestore_replica_failures_total", "1"] == 0
        assert str(standby.folder) not in text
