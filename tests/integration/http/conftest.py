"""The service on the test's database, asked without a network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from messagestore import MessageStore
from messagestore.http.app import create_app


@asynccontextmanager
async def asked(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Run an application, and give a client of it."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client


@pytest.fixture
async def client(store: MessageStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, without a token."""
    async with asked(create_app(store)) as client:
        yield client
