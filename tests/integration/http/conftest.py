"""The service on the test's database, asked without a network."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from messagestore import MessageStore
from messagestore.http.app import create_app

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "http.md"


@asynccontextmanager
async def asked(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Run an application, and give a client of it."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client


def figures_of(metrics: str) -> dict[Sequence[str], float]:
    """Return the samples of /metrics, by name and labels. Each family is documented."""
    families = list(text_string_to_metric_families(metrics))
    for family in families:
        name = family.name.removesuffix("_created")
        assert f"`{name}" in PAGE.read_text(encoding="utf-8"), name
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
async def client(store: MessageStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, without a token."""
    async with asked(create_app(store)) as client:
        yield client
