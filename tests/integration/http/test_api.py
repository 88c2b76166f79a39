"""The API: everything that the store can be told and asked."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from messagestore import MediaType, Message, MessageStore, Status
from messagestore.http.app import create_app
from tests.builders import new_answer, new_message
from tests.integration.http.conftest import asked


@pytest.fixture
async def api(store: MessageStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API that may do everything."""
    token = await store.tokens.create("tests", ["admin"], now=store.clock())
    async with asked(create_app(store)) as client:
        client.base_url = httpx.URL("http://service/api/v1/")
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
async def seeded(store: MessageStore) -> list[Message]:
    """A question, its answer, a photo and a failed answer; a context id with a slash."""
    created = await store.messages.create_many(
        [
            new_message("Is the shop open?", message_id="m/1", context_id="a/b", sender="a/b"),
            new_answer("Until six.", message_id="m2", context_id="a/b", reply_to_message_id="m/1"),
            new_message(
                "look",
                message_id="m3",
                context_id="a/b",
                media_type=MediaType.IMAGE,
                metadata={"campaign": "spring"},
            ),
            new_answer("lost", message_id="m4", context_id="a/b", status=Status.FAILED),
            new_message("/help me", message_id="m5", is_bot_command=True, command_name="help"),
        ]
    )
    return [stored.message for stored in created.stored]


def new(**fields: Any) -> dict[str, Any]:
    columns = {
        "message_id": "new",
        "context_id": "alice",
        "direction": "incoming",
        "sender": "alice",
        "recipient": "bot",
        "content": "hello",
    }
    return columns | fields


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [message["message_id"] for message in answer.json()["messages"]]


async def test_a_message_is_logged_once(api: httpx.AsyncClient) -> None:
    first = await api.post("messages", json=new(content="/help"))
    assert (first.status_code, first.json()["outcome"]) == (201, "stored")
    assert first.json()["message"]["command_name"] == "help"
    again = await api.post("messages", json=new(content="/help"))
    assert (again.status_code, again.json()["outcome"]) == (200, "duplicate")
    assert again.json()["message"] == first.json()["message"]


async def test_what_postgresql_cannot_hold_is_made_holdable(api: httpx.AsyncClient) -> None:
    body = json.dumps(new(content="a\0b\ud800c", metadata={"x": "\udfff"}))
    answer = await api.post("messages", content=body)
    assert answer.status_code == 201
    assert "replaced" in answer.json()["message"]["metadata"]["messagestore"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"[]", "must be a JSON object"),
        (b"{", "not JSON"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "nested deeper"),
        (json.dumps(new(direction="a secret")), "$.direction"),
        (json.dumps(new(message_id="")), "message_id is empty"),
        (json.dumps(new(sender="s" * 600)), "sender has 600 bytes"),
        (json.dumps(new(created_at="a secret")), "$.created_at"),
        (json.dumps(new(created_at="2026-01-01T00:00:00")), "time zone"),
        (json.dumps(new(a_secret=1)), "unknown fields"),
        (json.dumps({"message_id": "1"}), "context_id"),
    ],
)
async def test_a_message_that_cannot_be_one_is_422(
    api: httpx.AsyncClient, body: bytes | str, said: str
) -> None:
    answer = await api.post("messages", content=body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert "secret" not in answer.text


async def test_of_many_one_that_is_wrong_does_not_touch_the_others(
    api: httpx.AsyncClient, store: MessageStore
) -> None:
    many = [new(message_id="1"), new(message_id=""), new(message_id="2"), {}, new(message_id="1")]
    answer = await api.post("messages/batch", json={"messages": many})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["outcome"] for result in results] == [
        "stored",
        "refused",
        "stored",
        "refused",
        "duplicate",
    ]
    assert "message_id is empty" in results[1]["reason"]
    assert (await store.service.get_message_stats()).total == 2


@pytest.mark.parametrize("many", [0, 1001])
async def test_a_batch_has_one_to_a_thousand(api: httpx.AsyncClient, many: int) -> None:
    answer = await api.post("messages/batch", json={"messages": [new()] * many})
    assert answer.status_code == 422


async def test_in_an_outage_what_is_logged_is_spooled(
    api: httpx.AsyncClient, store: MessageStore
) -> None:
    await api.get("stats")
    await store.database.close()
    answer = await api.post("messages", json=new())
    assert (answer.status_code, answer.json()["outcome"]) == (202, "spooled")
    answer = await api.post("statuses", json={"message_id": "new", "status": "read"})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "spooled")
    answer = await api.get("stats")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_a_message_is_found_by_either_id(
    api: httpx.AsyncClient, seeded: list[Message]
) -> None:
    by_id = await api.get(f"messages/{seeded[0].id}")
    by_message_id = await api.get("messages/by-message-id", params={"message_id": "m/1"})
    assert by_id.status_code == 200
    assert by_id.json() == by_message_id.json()
    assert list(by_id.json()) == list(Message.__struct_fields__)
    assert (await api.get(f"messages/{uuid4()}")).status_code == 404
    assert (await api.get("messages/1")).status_code == 422
    missing = await api.get("messages/by-message-id", params={"message_id": "0"})
    assert missing.status_code == 404


async def test_a_conversation_is_read_page_by_page(
    api: httpx.AsyncClient, seeded: list[Message]
) -> None:
    first = await api.get("conversations/a/b/messages", params={"limit": 3})
    rest = await api.get(
        "conversations/a/b/messages", params={"limit": 3, "before": first.json()["next"]}
    )
    assert ids(first) + ids(rest) == ["m4", "m3", "m2", "m/1"]
    assert rest.json()["next"] is None
    skipped = await api.get("conversations/a%2Fb/messages", params={"offset": 3})
    assert ids(skipped) == ["m/1"]
    assert ids(await api.get("conversations/a/b/last", params={"count": 2})) == ["m3", "m4"]
    span = {"start": "2026-01-01T00:00:00Z", "end": seeded[0].created_at.isoformat()}
    assert ids(await api.get("conversations/a/b/between", params=span)) == []
    span = {"start": seeded[0].created_at.isoformat(), "end": "2027-01-01T00:00:00Z"}
    assert len(ids(await api.get("conversations/a/b/between", params=span))) == 4


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("conversations/a/b/media", {}, ["m3"]),
        ("conversations/a/b/media", {"media_type": "video"}, []),
        ("conversations/a/b/by-status", {"direction": "outgoing", "status": "queued"}, ["m2"]),
        ("search", {"query": "shop"}, ["m/1"]),
        ("search", {"query": "shop", "context_id": "nobody"}, []),
        ("failed", {}, ["m4"]),
        ("failed", {"context_id": "alice"}, []),
        ("senders/a/b/messages", {}, ["m/1"]),
        ("commands/help/messages", {}, ["m5"]),
    ],
)
async def test_questions(
    api: httpx.AsyncClient, path: str, query: dict[str, str], expected: list[str]
) -> None:
    assert ids(await api.get(path, params=query)) == expected


@pytest.mark.usefixtures("seeded")
async def test_metadata_counts_and_the_list_of_conversations(api: httpx.AsyncClient) -> None:
    question = {"contains": {"campaign": "spring"}}
    assert ids(await api.post("metadata-search", json=question)) == ["m3"]
    assert (await api.post("metadata-search", json={"contains": {}})).status_code == 422
    assert (await api.get("stats")).json()["total"] == 5
    assert (await api.get("conversations/a/b/stats")).json()["failed"] == 1
    assert (await api.get("conversations/nobody/stats")).json()["total"] == 0
    first = await api.get("conversations", params={"limit": 1})
    rest = await api.get("conversations", params={"before": first.json()["next"]})
    listed = first.json()["conversations"] + rest.json()["conversations"]
    assert {one["context_id"]: one["total"] for one in listed} == {"alice": 1, "a/b": 4}


async def test_a_thread(api: httpx.AsyncClient, seeded: list[Message]) -> None:
    thread = (await api.get(f"messages/{seeded[0].id}/thread")).json()
    assert thread["message"]["message_id"] == "m/1"
    assert [reply["message_id"] for reply in thread["replies"]] == ["m2"]
    thread = (await api.get(f"messages/{seeded[1].id}/thread")).json()
    assert [above["message_id"] for above in thread["ancestors"]] == ["m/1"]


@pytest.mark.usefixtures("seeded")
async def test_a_status_is_raised_or_waits(api: httpx.AsyncClient) -> None:
    async def update(**fields: str) -> tuple[int, str | None]:
        answer = await api.post("statuses", json=fields)
        return answer.status_code, answer.json().get("outcome")

    assert await update(message_id="m2", status="read", at="2026-03-01T12:00:00Z") == (
        200,
        "changed",
    )
    assert await update(message_id="m2", status="sent") == (200, "duplicate")
    assert await update(message_id="later", status="sent") == (202, "waiting")
    assert await update(message_id="m2", status="lost") == (422, None)
    assert await update(message_id="", status="sent") == (422, None)


async def test_hiding_showing_and_deleting_for_good(
    api: httpx.AsyncClient, store: MessageStore, seeded: list[Message]
) -> None:
    path = f"messages/{seeded[0].id}"
    hidden = await api.delete(path, params={"reason": "asked to"})
    assert hidden.json()["metadata"]["deleted"] == {"reason": "asked to"}
    assert (await api.get(path)).status_code == 404
    assert (await api.post(f"{path}/restore")).json()["is_deleted"] is False
    assert (await api.get(path)).status_code == 200
    assert (await api.delete(path, params={"hard": True})).status_code == 200
    assert (await api.delete(path)).status_code == 404
    assert (await api.post(f"{path}/restore")).status_code == 404
    assert await store.messages.get(seeded[0].id, include_deleted=True) is None


async def test_export_is_what_import_reads(
    api: httpx.AsyncClient, store: MessageStore, seeded: list[Message]
) -> None:
    await store.messages.soft_delete("m5")

    async def exported(**query: Any) -> list[str]:
        answer = await api.get("export", params=query)
        assert answer.headers["content-type"] == "application/x-ndjson"
        return [json.loads(line)["message_id"] for line in answer.text.splitlines()]

    assert await exported() == ["m/1", "m2", "m3", "m4"]
    assert await exported(include_deleted=True) == ["m/1", "m2", "m3", "m4", "m5"]
    assert await exported(context_id="alice") == []
    assert await exported(until=seeded[0].created_at.isoformat()) == []
    await store.database.close()
    assert (await api.get("export")).status_code == 503


async def test_parameters_that_are_wrong_are_named_without_their_values(
    api: httpx.AsyncClient,
) -> None:
    answer = await api.get("search", params={"query": "x", "limit": "a secret"})
    assert answer.status_code == 422
    assert "query.limit" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert (await api.get("failed", params={"limit": 1001})).status_code == 422
    assert (await api.get("failed", params={"before": "x"})).status_code == 422
