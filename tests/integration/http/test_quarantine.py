"""The quarantine of a running service, which no other process can look into."""

import json

import httpx
import msgspec
import pytest

from messagestore import MessageStore
from messagestore.logger.durable_log import Quarantined
from messagestore.message import Message
from messagestore.repository.records import StoreMessage
from messagestore.repository.tokens import Scope
from tests.builders import new_message

PATH = "/api/v1/quarantine"


@pytest.fixture
async def client(client: httpx.AsyncClient, store: MessageStore) -> httpx.AsyncClient:
    """The client, with a token."""
    token = await store.tokens.create("admin", [Scope.ADMIN], now=store.clock())
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
async def taken(store: MessageStore) -> Message:
    """A message whose id the quarantined ones have, too."""
    return (await store.messages.create(new_message(message_id="first"))).message


async def refused(store: MessageStore, taken: Message, message_id: str) -> None:
    """Have the database refuse a message for its content: its id is another's."""
    message = msgspec.structs.replace(taken, message_id=message_id, content="a secret")
    written = await store.durable.write(StoreMessage(message=message))
    assert isinstance(written, Quarantined)


async def listed(client: httpx.AsyncClient) -> list[dict[str, object]]:
    answer = await client.get(PATH)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["records"])


async def test_nothing_is_nothing_and_makes_no_file(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    assert (await client.get(PATH)).json() == {"records": [], "next": None}
    assert (await client.get(f"{PATH}/x:1")).status_code == 404
    assert not store.settings.spool_folder.exists()


async def test_it_is_listed_page_by_page_and_shown(
    client: httpx.AsyncClient, store: MessageStore, taken: Message
) -> None:
    for number in range(3):
        await refused(store, taken, f"m{number}")
    first = (await client.get(PATH, params={"limit": 2})).json()
    rest = (await client.get(PATH, params={"limit": 2, "after": first["next"]})).json()
    records = first["records"] + rest["records"]
    assert [(one["kind"], one["target"]) for one in records] == [
        ("store", "m0"),
        ("store", "m1"),
        ("store", "m2"),
    ]
    assert (first["next"], rest["next"]) == (records[1]["id"], None)
    shown = (await client.get(f"{PATH}/{records[2]['id']}")).json()
    assert shown == records[2]
    assert json.loads(shown["payload"])["message"]["content"] == "a secret"


async def test_what_is_refused_again_stays_and_what_is_taken_goes(
    client: httpx.AsyncClient, store: MessageStore, taken: Message
) -> None:
    await refused(store, taken, "second")
    [one] = await listed(client)
    answer = (await client.post(f"{PATH}/{one['id']}/retry")).json()
    assert answer == {"outcomes": {}, "refused": one["reason"]}
    assert await listed(client) == [one]
    await store.messages.hard_delete(taken.id)
    answer = (await client.post(f"{PATH}/{one['id']}/retry")).json()
    assert answer == {"outcomes": {"stored": 1}, "refused": None}
    assert await listed(client) == []
    assert await store.messages.exists("second")
    assert (await client.post(f"{PATH}/{one['id']}/retry")).status_code == 404


async def test_what_is_refused_for_another_reason_has_it_and_a_new_id(
    client: httpx.AsyncClient, store: MessageStore, taken: Message
) -> None:
    await refused(store, taken, "second")
    [one] = await listed(client)
    identifier = str(one["id"])
    number = int(identifier.partition(":")[2])
    await store.spooler.work(lambda spool: spool.quarantine.rename(number, "an older reason"))
    [older] = await listed(client)
    assert older["reason"] == "an older reason"
    await client.post(f"{PATH}/{older['id']}/retry")
    [newer] = await listed(client)
    assert (newer["reason"], newer["payload"]) == (one["reason"], one["payload"])
    assert len({one["id"], older["id"], newer["id"]}) == 3


async def test_an_outage_leaves_it_where_it_is(
    client: httpx.AsyncClient, store: MessageStore, taken: Message
) -> None:
    await refused(store, taken, "second")
    [one] = await listed(client)
    await store.database.close()
    assert (await client.post(f"{PATH}/{one['id']}/retry")).status_code == 503
    assert await listed(client) == [one]


async def test_what_is_dropped_is_gone(
    client: httpx.AsyncClient, store: MessageStore, taken: Message
) -> None:
    await refused(store, taken, "second")
    [one] = await listed(client)
    answer = await client.delete(f"{PATH}/{one['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await listed(client) == []
    assert (await client.delete(f"{PATH}/{one['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("identifier", "status"), [("7", 422), ("x:", 422), (":7", 422), ("x:7", 404), ("x:٧", 422)]
)
async def test_an_id_of_another_file_or_of_none(
    client: httpx.AsyncClient, store: MessageStore, taken: Message, identifier: str, status: int
) -> None:
    await refused(store, taken, "second")
    for method, path in (("GET", ""), ("POST", "/retry"), ("DELETE", "")):
        answer = await client.request(method, f"{PATH}/{identifier}{path}")
        assert answer.status_code == status, method
        assert answer.headers["content-type"] == "application/problem+json"
    assert len(await listed(client)) == 1


async def test_what_a_provider_sent_is_read_by_the_adapter_of_today(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    body = json.dumps({"messages": [{"key": {"id": "m" * 600}}]}).encode()
    [result] = await store.logger.log_payload("baileys", body)
    assert result.outcome == "quarantined"
    [one] = await listed(client)
    assert (one["kind"], one["target"]) == ("payload", "baileys")
    answer = (await client.post(f"{PATH}/{one['id']}/retry")).json()
    assert answer["refused"]
