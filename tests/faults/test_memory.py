"""The process of a bot does not grow with what it logs, nor with what it spools."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from messagestore import Settings
from tests.faults.table import Figures
from tests.faults.victim import Victim

PROGRAM = Path(__file__).with_name("memory_process.py")
GROWTH = 6 * 1024
"""KiB that the high-water mark may rise after the warm-up."""


@pytest.mark.fault(
    "memory",
    how="1,000,000 messages by 64 callers, and as many into the spool",
    required="the high-water mark rises by 6 MiB at most after the warm-up",
)
@pytest.mark.parametrize("way", ["stored", "spooled"])
async def test_memory(
    way: str, victim: Victim, settings: Settings, full_form: bool, figures: Figures
) -> None:
    """Fails when Batcher keeps what it has written: with `self._kept.append(item)` in submit."""
    count = 1_000_000 if full_form else 20_000
    limit = 2048 if full_form else 256
    warm_up = count // 10 if full_form else count // 2
    if way == "spooled":
        await asyncio.to_thread(victim.stop)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(warm_up),
        str(count),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
            "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
            "MESSAGESTORE_SPOOL_LIMIT_BYTES": str(limit * 1024**2),
            "MESSAGESTORE_LOG_DEADLINE": "20",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    warm, end, spooled = map(int, out.split())
    assert spooled == (warm_up + count if way == "spooled" else 0)
    figures(
        f"{way}: {warm / 1024:.0f} MiB after the warm-up, {end / 1024:.0f} MiB after {count:,} more"
    )
    assert end - warm <= GROWTH
