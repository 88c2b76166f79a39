"""GET /metrics: the figures of the log, of the spool, and of the traffic, for Prometheus."""

import os
from collections.abc import Iterable, Iterator
from itertools import accumulate

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from messagestore.database.replicas import Replicas
from messagestore.http.replica_metrics import ReplicaCollector
from messagestore.http.service import TheService
from messagestore.logger.metrics import Metrics
from messagestore.logger.spool import SpoolStats
from messagestore.repository.batcher import BatchCounters
from messagestore.repository.histogram import Histogram

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(service: TheService) -> Response:
    """Return the figures of this process."""
    registry = CollectorRegistry()
    registry.register(LogCollector(await service.store.logger.metrics()))
    if isinstance(service.store.reader, Replicas):
        registry.register(ReplicaCollector(service.store.reader))
    text = generate_latest(registry) + generate_latest(service.traffic.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


class LogCollector(Collector):
    """Tells figures of the log that were taken before: asking for them takes an event loop."""

    def __init__(self, figures: Metrics) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Return all families of metrics."""
        yield InfoMetricFamily(
            "messagestore_process", "The process that answers.", {"pid": str(os.getpid())}
        )
        yield from _records(self._figures)
        yield from _batches(self._figures.batches)
        if self._figures.spool is not None:
            yield from _spool(self._figures.spool)


def _records(figures: Metrics) -> Iterator[Metric]:
    records = CounterMetricFamily(
        "messagestore_log_records",
        "Records that were logged, by what became of them.",
        labels=["outcome"],
    )
    for outcome in ("written", "spooled", "drained", "quarantined", "refused"):
        records.add_metric([outcome], getattr(figures.records, outcome))
    yield records
    seconds = HistogramMetricFamily(
        "messagestore_log_seconds", "Seconds that a log call took, whatever came of it."
    )
    seconds.add_metric([], _buckets(figures.records.seconds), figures.records.seconds.sum)
    yield seconds
    yield GaugeMetricFamily(
        "messagestore_writes_waiting", "Writes that wait for a batch.", value=figures.waiting
    )


def _batches(batches: dict[str, BatchCounters]) -> Iterator[Metric]:
    turned_away = CounterMetricFamily(
        "messagestore_batch_turned_away",
        "Calls that were turned away, as too many waited, by kind.",
        labels=["kind"],
    )
    for kind, counters in batches.items():
        turned_away.add_metric([kind], counters.turned_away)
    yield turned_away
    for name, meaning in (
        ("sizes", "Records in a batch, by kind."),
        ("seconds", "Seconds that a batch took, by kind."),
    ):
        family = HistogramMetricFamily(f"messagestore_batch_{name}", meaning, labels=["kind"])
        for kind, counters in batches.items():
            histogram = getattr(counters, name)
            family.add_metric([kind], _buckets(histogram), histogram.sum)
        yield family


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    """Return bounds and counts as Prometheus has them: each holds those below it."""
    bounds = [*map(floatToGoString, histogram.bounds), "+Inf"]
    return list(zip(bounds, accumulate(histogram.buckets), strict=True))


def _spool(spool: SpoolStats) -> Iterator[Metric]:
    age = 0.0 if spool.oldest_age is None else spool.oldest_age.total_seconds()
    for name, meaning, value in (
        ("depth", "Records that wait in the spool.", spool.depth),
        ("quarantined", "Records in the quarantine.", spool.quarantined),
        ("damaged", "Records that are damaged.", spool.damaged),
        ("size_bytes", "Bytes in the spool, as its limit counts them.", spool.size_bytes),
        ("limit_bytes", "Bytes that it may hold.", spool.limit_bytes),
        ("oldest_seconds", "Seconds that the oldest record has waited.", age),
    ):
        yield GaugeMetricFamily(f"messagestore_spool_{name}", meaning, value=value)
