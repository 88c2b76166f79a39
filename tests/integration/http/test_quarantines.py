"""The quarantine of a service of several processes: whichever answers, answers for all."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from messagestore import MessageStore, Settings
from messagestore.http.app import create_app
from messagestore.repository.tokens import Scope
from tests.integration.http.conftest import asked
from tests.integration.http.served import Served, served

PATH = "/api/v1/quarantine"
INSECURE = {"MESSAGESTORE_WEBHOOK_INSECURE": '["baileys"]'}


class Service:
    """A service of two processes, asked on a new connection each time."""

    def __init__(self, service: Served, token: str) -> None:
        self.served = service
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        async with self.served.client() as client:
            answer = await client.request(
                method, f"{PATH}{path}", headers=self._headers, timeout=60, **more
            )
        return answer.status_code, answer.json() if answer.content else None

    async def ids(self, **parameters: Any) -> list[str]:
        status, page = await self.ask("GET", "", params={"limit": 1000} | parameters)
        assert status == 200, page
        return [record["id"] for record in page["records"]]

    async def refuse(self, text: str) -> None:
        """Deliver what no message can be made of: its id is too long."""
        async with self.served.client() as client:
            message = {"key": {"id": "m" * 600}, "text": text}
            answer = await client.post("/webhooks/baileys", json={"messages": [message]})
        assert answer.json()["events"] == {"quarantined": 1}, answer.text

    async def refuse_in_both(self) -> list[str]:
        """Do so until both processes have some; return their ids."""
        async with asyncio.timeout(60):
            while len(files_of(found := await self.ids())) < 2:
                await asyncio.gather(*(self.refuse(str(number)) for number in range(8)))
        return found


def files_of(ids: Sequence[str]) -> set[str]:
    return {one.partition(":")[0] for one in ids}


@asynccontextmanager
async def of_two(settings: Settings, store: MessageStore) -> AsyncIterator[Service]:
    token = await store.tokens.create("admin", [Scope.ADMIN], now=store.clock())
    with served(settings, "--workers", "2", **INSECURE) as service:
        yield Service(service, token)


async def test_each_process_lists_shows_retries_and_drops_what_any_of_them_has(
    settings: Settings, store: MessageStore
) -> None:
    """See it fail: in `server.py`, make the application without `among_workers`."""
    async with of_two(settings, store) as service:
        ids = await service.refuse_in_both()
        for _ in range(8):
            assert await service.ids() == ids
            for one in (ids[0], ids[-1]):
                status, record = await service.ask("GET", f"/{one}")
                assert (status, record["id"]) == (200, one)
                status, retrial = await service.ask("POST", f"/{one}/retry")
                assert status == 200
                assert retrial["refused"]
                ids = await service.ids()
        for one in ids:
            assert await service.ask("DELETE", f"/{one}") == (204, None)
            assert (await service.ask("DELETE", f"/{one}"))[0] == 404
        assert await service.ids() == []
        assert (await service.ask("GET", "/7"))[0] == 422
        service.served.signal(signal.SIGTERM)
        code, log = service.served.end()
    assert (code, "Traceback" in log) == (0, False), log
    assert not list((settings.spool_folder / "workers").iterdir())


async def test_pages_go_through_the_files_of_all(settings: Settings, store: MessageStore) -> None:
    async with of_two(settings, store) as service:
        ids = await service.refuse_in_both()
        found: list[str] = []
        following: str | None = None
        while True:
            after = {} if following is None else {"after": following}
            _, page = await service.ask("GET", "", params={"limit": 3} | after)
            found += [record["id"] for record in page["records"]]
            following = page["next"]
            if following is None:
                break
        assert found == ids
        assert ids == sorted(ids, key=lambda one: (one.partition(":")[0], int(one.split(":")[1])))


async def test_one_that_was_killed_keeps_nobody_back(
    settings: Settings, store: MessageStore
) -> None:
    async with of_two(settings, store) as service:
        ids = await service.refuse_in_both()
        sockets = list((settings.spool_folder / "workers").iterdir())
        killed = sockets[0]
        os.kill(int(killed.name.partition("-")[0]), signal.SIGKILL)
        async with asyncio.timeout(60):
            while killed.exists():
                status, _ = await service.ask("GET", "", params={"limit": 1000})
                assert status in {200, 503}  # killed while it was asked: "ask again"
                await asyncio.sleep(0.05)
        left = await service.ids()
        assert files_of(left) < files_of(ids)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_one_that_is_silent_is_told_of(
    settings: Settings, store: MessageStore, method: str
) -> None:
    """A list that is not whole would hide what is in it."""
    async with of_two(settings, store) as service:
        await service.refuse_in_both()
        folder = settings.spool_folder / "workers"
        deaf = await asyncio.start_unix_server(_hang_up, folder / f"{os.getpid()}-deaf.sock")
        async with deaf:
            status, problem = await service.ask(method, "" if method == "GET" else "/x:1")
        assert (status, "does not answer" in json.dumps(problem)) == (503, True)


async def test_a_folder_whose_path_is_too_long_for_a_socket_leaves_each_its_own(
    settings: Settings, store: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    deep = settings.spool_folder.joinpath(*["a-long-name-of-a-folder"] * 5)
    among = settings.model_copy(update={"spool_dir": deep})
    token = await store.tokens.create("admin", [Scope.ADMIN], now=store.clock())
    async with asked(create_app(among, among_workers=True)) as client:
        answer = await client.get(PATH, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["records"]) == (200, [])
    assert "cannot listen to the other workers" in caplog.text


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
