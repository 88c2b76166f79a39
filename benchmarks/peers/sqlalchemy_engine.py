"""The engine of those peers that use SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def new_engine(url: str, callers: int) -> AsyncEngine:
    """Make an engine over asyncpg that keeps a connection for each caller."""
    return create_async_engine(async_url(url), pool_size=callers, max_overflow=0)


def async_url(url: str) -> str:
    """Name the driver in the URL."""
    return url.replace("postgresql:", "postgresql+asyncpg:", 1)
