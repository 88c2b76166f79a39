"""The server's share of its machine (docs/adr/0011-size-of-the-embedded-server.md).

A bot and others share that too, so it is less than a database server of its own would be given.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

_MIB = 1024 * 1024
_GIB = 1024 * _MIB

_CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def settings_for_machine(folder: Path) -> dict[str, str]:
    """Return the settings of PostgreSQL for this machine, with the data in that folder."""
    return settings_for(memory=_usable_memory(), free_disk=shutil.disk_usage(folder).free)


def settings_for(*, memory: int, free_disk: int) -> dict[str, str]:
    """Return those for so many bytes of each; the least are PostgreSQL's own defaults."""
    buffers = _within(memory // 8, 128 * _MIB, 2 * _GIB)
    return {
        "shared_buffers": _in_megabytes(buffers),
        # A belief and no allocation: what the system's own cache is likely to hold.
        "effective_cache_size": _in_megabytes(max(memory // 2, buffers)),
        # An insert that finds the list of a GIN index full flushes it in steps of this size.
        "work_mem": _in_megabytes(_within(memory // 512, 4 * _MIB, 32 * _MIB)),
        "maintenance_work_mem": _in_megabytes(_within(memory // 64, 64 * _MIB, 256 * _MIB)),
        # Taken by bulk loads only. More would make a start after a crash take minutes.
        "max_wal_size": _in_megabytes(_within(free_disk // 16, _GIB, 2 * _GIB)),
    }


def _usable_memory() -> int:
    """Return the bytes that this machine has, or that its container may use where that is less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [physical]
    for path in _CONTAINER_LIMITS:
        with suppress(OSError, ValueError):  # there is none, or it is the word `max`
            limits.append(int(path.read_text(encoding="utf-8")))
    return min(limits)


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _in_megabytes(value: int) -> str:
    return f"{value // _MIB}MB"
