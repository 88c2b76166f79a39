"""The service is killed among webhooks: what is delivered until it was taken is there, once."""

import asyncio
import json
import signal
from collections import deque

import asyncpg
import httpx
import pytest

from messagestore import MessageStore, Settings
from tests.faults.load import assert_kept, drained, until
from tests.faults.table import Figures
from tests.integration.http.served import Served, served
from tests.integration.http.test_webhooks import signed, text_message
from tests.unit.http.signing import SECRET

SENDERS = 32
SECRETS = {"MESSAGESTORE_WEBHOOK_SECRETS": json.dumps({"whatsapp_cloud": [SECRET]})}
HURRIED = "0.01"
"""A deadline so short that a part of the messages is spooled, and written as well."""


class Provider:
    """Delivers webhooks, each until it was answered with 200, and some of them once more."""

    def __init__(self, count: int) -> None:
        self._waiting = deque(range(count))
        self.taken: set[int] = set()

    async def deliver(self, service: Served) -> None:
        """Deliver all that waits, or what can be until the service dies."""
        async with service.client() as client, asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(self._send(client))

    async def _send(self, client: httpx.AsyncClient) -> None:
        while self._waiting:
            number = self._waiting.popleft()
            body = text_message(number)
            try:
                answer = await client.post(
                    "/webhooks/whatsapp_cloud", content=body, headers=signed(body)
                )
            except httpx.TransportError:
                self._waiting.append(number)
                return
            if answer.status_code == httpx.codes.OK:
                self._take(number)
            else:
                self._waiting.append(number)

    def _take(self, number: int) -> None:
        if number % 10 == 0 and number not in self.taken:
            self._waiting.append(number)
        self.taken.add(number)


async def _kill_while_it_writes(service: Served, url: str) -> None:
    """Kill the service while a statement of its waits, so that webhooks are under way."""
    blocker = await asyncpg.connect(url)
    try:
        await blocker.execute("BEGIN; LOCK TABLE messages")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not await blocker.fetchval(waiting):  # noqa: ASYNC110 (another process's doing)
            await asyncio.sleep(0)
        service.signal(signal.SIGKILL)
    finally:
        await blocker.close()


@pytest.mark.fault(
    "service killed",
    how="SIGKILL among 10,000 webhooks, redelivered",
    required="all there, once",
)
async def test_killed_service(settings: Settings, full_form: bool, figures: Figures) -> None:
    """Half of the webhooks go to a service that is killed, the rest to the next one.

    Fails when `deliver` in http/webhooks.py answers before `log_payload` has returned.
    """
    count = 10_000 if full_form else 1000
    provider = Provider(count)
    with served(settings, **SECRETS) as first:
        async with asyncio.TaskGroup() as group:
            group.create_task(provider.deliver(first))
            await until(lambda: len(provider.taken) >= count // 2, seconds=60)
            await _kill_while_it_writes(first, str(settings.database_url))
        code, _ = await asyncio.to_thread(first.end)
        assert code == -signal.SIGKILL
    assert len(provider.taken) < count
    with served(settings, **SECRETS, MESSAGESTORE_LOG_DEADLINE=HURRIED) as second:
        await provider.deliver(second)
        second.signal(signal.SIGTERM)
        code, log = await asyncio.to_thread(second.end)
        assert (code, "Traceback" in log) == (0, False), log
    async with MessageStore.open(settings=settings) as store:
        await drained(store, seconds=60)
    assert settings.database_url is not None
    expected = [f"wamid.{number}" for number in range(count)]
    assert await assert_kept(settings.database_url, expected, figures) == count
