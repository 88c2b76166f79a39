"""The engine of those peers that use SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

STATEMENTS = 5000
"""Compiled ones that are kept: each session of openai-agents has table objects of its own, so
that SQLAlchemy's 500 would be compiled again and again."""


def new_engine(url: str, callers: int) -> AsyncEngine:
    """Make an engine over asyncpg that keeps a connection for each caller."""
    return create_async_engine(
        async_url(url), pool_size=callers, max_overflow=0, query_cache_size=STATEMENTS
    )


def async_url(url: str) -> str:
    """Name the driver in the URL."""
    return url.replace("postgresql:", "postgresql+asyncpg:", 1)
