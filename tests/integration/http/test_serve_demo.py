"""`messagestore serve --demo`, which `make run` runs: without a terminal, on a named database."""

import asyncio
import re
import signal

import httpx

from messagestore import Direction, MessageStore, Settings
from tests.integration.http.served import Served, served

PATIENCE = 60


def _token(service: Served) -> dict[str, str]:
    assert service.process.stdout is not None
    while not (found := re.search("TOKEN=(\\S+)", service.process.stdout.readline())):
        pass
    return {"Authorization": f"Bearer {found[1]}"}


async def _history(client: httpx.AsyncClient, token: dict[str, str]) -> int:
    answer = await client.get("/api/v1/stats", headers=token)
    assert answer.status_code == httpx.codes.OK
    return int(answer.json()["total"])


async def test_history_grows_until_it_is_interrupted_and_its_token_is_good_until_then(
    empty_database_url: str, settings: Settings
) -> None:
    """The database has no tables yet, as on a new machine."""
    named = settings.model_copy(update={"database_url": empty_database_url})
    with served(named, "--demo") as service:
        token = _token(service)
        async with service.client() as client, asyncio.timeout(PATIENCE):
            before = await _history(client, token)
            while await _history(client, token) == before:
                pass
            forbidden = await client.post("/api/v1/messages", headers=token, content=b"{}")
        service.signal(signal.SIGINT)
        code, log = await asyncio.to_thread(service.end)
    assert forbidden.status_code == httpx.codes.FORBIDDEN
    assert (code, "Traceback" in log) == (0, False), log
    async with MessageStore.open(settings=named) as store:
        (made,) = await store.tokens.list()
        assert made.revoked_at is not None
        said = [one.direction for one in await store.service.get_last_messages("12025550171", 50)]
        assert set(said) == set(Direction)


async def test_where_the_port_is_taken_the_demo_has_one_of_the_next(settings: Settings) -> None:
    with served(settings) as first:
        port = first.url.rpartition(":")[2]
        with served(settings, "--port", port, "--demo") as second:
            near = int(second.url.rpartition(":")[2])
            assert int(port) < near < int(port) + 20


async def test_the_demo_is_served_by_one_process(settings: Settings) -> None:
    with served(settings, "--demo", "--workers", "2") as service:
        code, log = await asyncio.to_thread(service.end)
    assert (code, "one process serves the demo" in log) == (2, True)
