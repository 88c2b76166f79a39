"""Figures of the replicas, for GET /metrics. A replica is named by its number in the setting."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from messagestore.database.replicas import Replicas


class ReplicaCollector(Collector):
    """Tells how far behind they are, which are left out, and who answered."""

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas

    def collect(self) -> Iterable[Metric]:
        """Return all families of metrics."""
        lag_seconds, lag_bytes, left_out = (
            GaugeMetricFamily(f"messagestore_replica_{name}", meaning, labels=["replica"])
            for name, meaning in (
                ("lag_seconds", "Seconds since the primary was where the replica is."),
                ("lag_bytes", "Bytes of the primary's log that the replica has not replayed."),
                ("left_out", "1 while the replica is not read from."),
            )
        )
        reads = CounterMetricFamily(
            "messagestore_reads", "Statements that only read, by who was asked.", labels=["server"]
        )
        reads.add_metric(["primary"], self._replicas.primary_reads)
        failures = CounterMetricFamily(
            "messagestore_replica_failures",
            "Reads that a replica did not answer, and another server was asked.",
            labels=["replica"],
        )
        for replica in self._replicas.replicas:
            number = [str(replica.number)]
            lag_seconds.add_metric(number, replica.lag_seconds)
            lag_bytes.add_metric(number, replica.lag_bytes)
            left_out.add_metric(number, not replica.in_use)
            reads.add_metric([f"replica {replica.number}"], replica.reads)
            failures.add_metric(number, replica.failures)
        return lag_seconds, lag_bytes, left_out, reads, failures
