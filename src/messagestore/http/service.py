"""What every route of the service shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from messagestore.http.feed import Feed
from messagestore.http.quarantines import Quarantines
from messagestore.http.tokens import TokenBook
from messagestore.http.traffic import Traffic
from messagestore.store import MessageStore


@dataclass(frozen=True)
class Service:
    """The open store, who may use it, and what the service counts."""

    store: MessageStore
    tokens: TokenBook
    traffic: Traffic
    feed: Feed
    quarantine: Quarantines

    @property
    def clock(self) -> Callable[[], datetime]:
        """What tells the time."""
        return self.store.clock


async def service_of(request: Request) -> Service:
    """Return the service that a request came to; awaited, as FastAPI has threads for the rest."""
    return cast("Service", request.app.state.service)


TheService = Annotated[Service, Depends(service_of)]
