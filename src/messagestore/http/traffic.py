"""Traffic: requests and webhooks, counted for Prometheus. No label holds personal data."""

import time
from collections.abc import Iterable
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Metric = TypeVar("Metric", bound=MetricWrapperBase)

UNKNOWN = "unknown"
"""The route of a request that no route takes."""


class Traffic:
    """The counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._children: dict[tuple[MetricWrapperBase, tuple[str, ...]], Any] = {}
        self._requests = Counter(
            "messagestore_http_requests",
            "Requests that were answered, by route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "messagestore_http_request_seconds",
            "Seconds from a request's head to the begin of its answer, by route.",
            ["route"],
            registry=self.registry,
        )
        self._events = Counter(
            "messagestore_webhook_events",
            "Events of webhooks, by provider and what became of them.",
            ["provider", "outcome"],
            registry=self.registry,
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._labelled(self._requests, route, method, str(status)).inc()
        self._labelled(self._seconds, route).observe(seconds)

    def count_events(self, provider: str, outcomes: Iterable[str]) -> None:
        """Count what the events of a webhook came to."""
        for outcome in outcomes:
            self._labelled(self._events, provider, outcome).inc()

    def _labelled(self, metric: Metric, *labels: str) -> Metric:
        """Return what counts under these labels; the library takes a lock to look it up."""
        found: Metric | None = self._children.get((metric, labels))
        if found is None:
            found = self._children[metric, labels] = metric.labels(*labels)
        return found


class Counting:
    """Middleware that counts what is answered."""

    def __init__(self, app: ASGIApp, *, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request when its answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = time.perf_counter() - started
                method = scope["method"] if scope["method"] in _METHODS else UNKNOWN
                self._traffic.count_request(_route(scope), method, message["status"], took)
            await send(message)

        await self._app(scope, receive, counting)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others would let strangers make as many labels as they like."""


def _route(scope: Scope) -> str:
    """Return the pattern of the route, which holds no id; the router puts it there."""
    return getattr(scope.get("route"), "path", UNKNOWN)
