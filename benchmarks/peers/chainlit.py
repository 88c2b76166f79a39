"""chainlit: `SQLAlchemyDataLayer` over asyncpg, with the tables of its documentation.

It makes no tables by itself; those that its documentation gives have primary keys and no other
index. A message is a step of a thread, and a thread is loaded whole: there is no shorter question.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chainlit.context import init_http_context
from chainlit.data.sql_alchemy import SQLAlchemyDataLayer
from chainlit.step import StepDict
from chainlit.utils import utc_now
from sqlalchemy import text as statement
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import sessionmaker

from benchmarks.peers.serving import serve
from benchmarks.peers.sqlalchemy_engine import async_url, new_engine

TABLES = Path(__file__).with_suffix(".sql")


class Chainlit:
    """Writes the step that a message is, and reads threads."""

    def __init__(self, layer: SQLAlchemyDataLayer) -> None:
        self._layer = layer

    async def insert(self, conversation: str, text: str) -> None:
        """Create the step that chainlit makes of a user's message."""
        now = utc_now()
        step = StepDict(
            id=str(uuid.uuid4()),
            threadId=conversation,
            createdAt=now,
            start=now,
            end=now,
            output=text,
            name="user",
            type="user_message",
            streaming=False,
            isError=False,
            waitForAnswer=False,
            metadata={},
        )
        await self._layer.create_step(step)

    async def last(self, conversation: str, count: int) -> list[str]:
        """Load the thread, and take its end."""
        thread = await self._layer.get_thread(conversation)
        return [step["output"] for step in thread["steps"][-count:]]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[Chainlit]:
    """Give it an engine with a connection for each caller; of its own it has at most 15."""
    layer = SQLAlchemyDataLayer(async_url(url))
    await layer.engine.dispose()
    layer.engine = new_engine(url, callers)
    layer.async_session = sessionmaker(layer.engine, expire_on_commit=False, class_=AsyncSession)
    init_http_context()
    try:
        await _make_tables(layer.engine)
        yield Chainlit(layer)
    finally:
        await layer.close()


async def _make_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for table in TABLES.read_text(encoding="utf-8").split(";")[:-1]:
            await connection.execute(statement(table))


if __name__ == "__main__":
    serve(opened, "chainlit", "sqlalchemy", "asyncpg")
