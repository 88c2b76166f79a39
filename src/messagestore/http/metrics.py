"""GET /metrics: the figures of the log, of the spool, and of the traffic, for Prometheus."""

import os
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from messagestore.http.service import TheService
from messagestore.logger.metrics import Metrics
from messagestore.logger.spool import SpoolStats
from messagestore.repository.batcher import BatchCounters

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(service: TheService) -> Response:
    """Return the figures of this process."""
    registry = CollectorRegistry()
    registry.register(LogCollector(await service.store.logger.metrics()))
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
    for outcome in figures.records.__struct_fields__:
        records.add_metric([outcome], getattr(figures.records, outcome))
    yield records
    yield GaugeMetricFamily(
        "messagestore_writes_waiting", "Writes that wait for a batch.", value=figures.waiting
    )


def _batches(batches: dict[str, BatchCounters]) -> Iterator[Metric]:
    for name, meaning in (
        ("batches", "Batches that were written, by kind."),
        ("items", "Records in these batches, by kind."),
        ("seconds", "Seconds spent in their statements, by kind."),
        ("turned_away", "Calls that were turned away, as too many waited, by kind."),
    ):
        family = CounterMetricFamily(f"messagestore_batch_{name}", meaning, labels=["kind"])
        for kind, counters in batches.items():
            family.add_metric([kind], getattr(counters, name))
        yield family


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
