"""The tables on the nodes of a Citus cluster; docs/howto/citus.md."""

from messagestore.distribution.cluster import Cluster, read_cluster
from messagestore.distribution.conversion import SHARDS, complete, distribute

__all__ = ["SHARDS", "Cluster", "complete", "distribute", "read_cluster"]
