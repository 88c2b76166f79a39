from pathlib import Path

import httpx

from messagestore import MessageStore
from messagestore.logger.spool import NewEntry
from tests.builders import new_message
from tests.integration.http.conftest import figures_of


async def test_alive(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_ready_by_the_database(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "spool": True}


async def test_ready_by_the_spool(client: httpx.AsyncClient, store: MessageStore) -> None:
    await store.database.close()
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": False, "spool": True}


async def test_not_ready_without_both(
    client: httpx.AsyncClient, store: MessageStore, tmp_path: Path
) -> None:
    await store.database.close()
    (tmp_path / "spool").write_text("a file where the folder should be")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": False, "spool": False}
    (tmp_path / "spool").unlink()


async def test_metrics(client: httpx.AsyncClient, store: MessageStore) -> None:
    await store.logger.log_incoming(new_message("a secret text", sender="a secret sender"))
    await store.spooler.append(NewEntry(b"not a record"))
    await client.get("/conversations/a-secret-path")
    await client.get("/healthz")
    figures = figures_of((await client.get("/metrics")).text)
    assert figures["messagestore_log_records_total", "written"] == 1
    assert figures["messagestore_batch_sizes_sum", "messages"] == 1
    assert figures["messagestore_batch_sizes_bucket", "messages", "1.0"] == 1
    assert figures["messagestore_log_seconds_count",] == 1
    assert figures["messagestore_log_seconds_bucket", "+Inf"] == 1
    assert figures["messagestore_spool_depth",] == 1
    assert figures["messagestore_http_requests_total", "GET", "unknown", "404"] == 1
    assert figures["messagestore_http_requests_total", "GET", "/healthz", "200"] == 1
    assert "secret" not in (await client.get("/metrics")).text
