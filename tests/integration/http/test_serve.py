"""The command serve, as a process."""

import asyncio
import json
import os
import signal
from collections import Counter

import httpx
import msgspec
import pytest

from messagestore import MessageStore, Settings
from messagestore.http.listening import is_loopback
from messagestore.providers.samples import samples
from tests.builders import new_message
from tests.integration.http.served import Served, served


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_its_url_answers_and_ends_when_told(
    settings: Settings, number: int
) -> None:
    with served(settings) as service:
        async with service.client() as client:
            assert (await client.get("/readyz")).json()["database"]
        service.signal(number)
        code, log = service.end()
    assert (code, "Traceback" in log, "/readyz" in log) == (0, False, False)


async def test_several_workers_share_the_port_and_end_together(settings: Settings) -> None:
    with served(settings, "--workers", "2") as service:
        seen: Counter[str] = Counter()
        while len(seen) < 2:
            async with service.client() as client:
                answer = await client.get("/metrics")
            seen[_process(answer)] += 1
        service.signal(signal.SIGTERM)
        code, log = service.end()
    assert (code, "Traceback" in log) == (0, False)
    assert not any(_is_alive(int(pid)) for pid in seen)


async def test_workers_share_tokens_and_the_stream_and_keep_a_spool_each(
    settings: Settings, store: MessageStore
) -> None:
    """What one of them stores, a listener of the other hears."""
    token = await store.tokens.create("shop", ["read", "write"], now=store.clock())
    headers = {"Authorization": f"Bearer {token}"}
    messages = [new_message(message_id=f"m{number}") for number in range(20)]

    async def log(service: Served, number: int) -> str:
        async with service.client() as client:  # a connection of its own
            body = msgspec.json.encode(messages[number])
            answer = await client.post("/api/v1/messages", content=body, headers=headers)
            assert answer.status_code in {201, 202}, answer.text
            return _process(await client.get("/metrics"))

    with served(settings, "--workers", "2") as service:
        async with (
            asyncio.timeout(60),
            service.client() as client,
            client.stream("GET", "/api/v1/stream", headers=headers) as stream,
        ):
            processes = {await log(service, number) for number in range(20)}
            heard = set()
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    heard.add(json.loads(line.removeprefix("data: "))["message_id"])
                if len(heard) == len(messages):
                    break
        assert len(processes) == 2
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    insecure = {"MESSAGESTORE_WEBHOOK_INSECURE": '["builderbot"]'}
    body = next(one.body for one in samples() if one.provider == "builderbot")
    with served(away, "--workers", "2", **insecure) as service:
        spooling: set[str] = set()
        while len(spooling) < 2:
            async with service.client() as client:
                answer = await client.post("/webhooks/builderbot", content=body)
                assert answer.json()["events"] == {"spooled": 1}
                spooling.add(_process(await client.get("/metrics")))
        assert len(list(settings.spool_folder.glob("*.spool"))) == 2


def _process(answer: httpx.Response) -> str:
    (line,) = [one for one in answer.text.splitlines() if one.startswith("messagestore_process")]
    return line.partition('pid="')[2].partition('"')[0]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_strangers_are_not_let_in_before_there_is_a_token(
    settings: Settings, store: MessageStore
) -> None:
    with served(settings, "--host", "0.0.0.0") as service:  # noqa: S104 (that is the test)
        code, log = service.end()
    assert (code, service.url) == (2, "")
    assert "messagestore token create" in log
    await store.tokens.create("shop", ["read"], now=store.clock())
    with served(settings, "--host", "0.0.0.0") as service:  # noqa: S104 (as above)
        assert service.url.startswith("http://0.0.0.0:")


async def test_a_port_that_is_taken_is_told(settings: Settings) -> None:
    with served(settings) as service:
        port = service.url.rpartition(":")[2]
        with served(settings, "--port", port) as second:
            code, log = second.end()
    assert (code, "Address already in use" in log) == (2, True)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 (as above)
        ("::", False),
        ("192.0.2.7", False),
        ("bots.example.org", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


async def test_a_body_that_stops_on_the_way_does_not_hold_the_service_up(
    settings: Settings,
) -> None:
    with served(settings, MESSAGESTORE_HTTP_BODY_DEADLINE="0.2") as service:
        host, _, port = service.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = "POST /webhooks/builderbot HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
        writer.write(head.encode())
        answer = await reader.read()  # to the end: the connection is closed
        writer.close()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"application/problem+json" in answer


@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=str)
async def test_a_secret_of_an_unknown_provider_is_a_wrong_setting(
    settings: Settings, options: list[str]
) -> None:
    secrets = '{"whatsap_cloud/1": ["hunter2"]}'
    with served(settings, *options, MESSAGESTORE_WEBHOOK_SECRETS=secrets) as service:
        code, log = service.end()
    assert code == 2
    assert "names a provider that does not exist" in log
    assert "hunter2" not in log


@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=str)
async def test_it_starts_while_the_database_is_out(settings: Settings, options: list[str]) -> None:
    nowhere = {"database_url": "postgresql://nobody@127.0.0.1:1/nothing"}
    insecure = {"MESSAGESTORE_WEBHOOK_INSECURE": '["builderbot"]'}
    body = next(one.body for one in samples() if one.provider == "builderbot")
    with served(settings.model_copy(update=nowhere), *options, **insecure) as service:
        async with service.client() as client:
            assert (await client.get("/readyz")).json()["spool"]
            answer = await client.post("/webhooks/builderbot", content=body)
            assert answer.json()["events"] == {"spooled": 1}
            token = {"Authorization": "Bearer ms_x"}
            assert (await client.get("/api/v1/stats", headers=token)).status_code == 503
        service.signal(signal.SIGTERM)
        assert service.end()[0] == 0
