"""Bringing a server up, by the one process that may do so at the time."""

import time
from collections.abc import Mapping
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import binaries_for
from messagestore.database.embedded.cluster import ensure_cluster
from messagestore.database.embedded.configuration import write_configuration
from messagestore.database.embedded.folders import require_reachable, socket_folder
from messagestore.database.embedded.launch import await_ready, launch
from messagestore.database.embedded.postmaster import Postmaster, clear_stale
from messagestore.errors import EmbeddedServerError


def bring_up(
    cluster: Path, log: Path, account: Account, extra: Mapping[str, str], *, timeout: float
) -> None:
    """See to it that a server runs on the cluster and can be reached from here.

    `timeout` is the seconds that it has to become ready; creating the data does not count.
    """
    found = Postmaster.find_running(cluster)
    if found is not None:
        # It may be recovering after a crash, or stopping; then it is started again.
        found = await_ready(cluster, log, deadline=time.monotonic() + timeout, pid=found.pid)
    if found is None:
        found = _start(cluster, log, account, extra, timeout=timeout)
    if not found.has_socket():
        raise EmbeddedServerError(
            f"The server on {cluster} runs, but its socket in {found.socket_dir} cannot be seen "
            "from here: stop it (messagestore db stop), and choose a shorter data_dir if this "
            "process has a /tmp of its own."
        )


def _start(
    cluster: Path, log: Path, account: Account, extra: Mapping[str, str], *, timeout: float
) -> Postmaster:
    data_dir = cluster.parent
    require_reachable(data_dir, account)
    binaries = binaries_for(account, data_dir)
    ensure_cluster(cluster, binaries, account, durable=extra.get("fsync") != "off")
    socket_dir = socket_folder(data_dir, account)
    clear_stale(cluster, socket_dir)
    write_configuration(cluster, account, socket_dir, extra)
    return launch(binaries, account, cluster, log, deadline=time.monotonic() + timeout)
