"""The machine that a benchmark runs on, and how busy it is."""

import os
import platform

import msgspec

BUSY_BEFORE, BUSY_AFTER = 0.8, 1.5
"""Load a processor from which on figures are not to be relied on. A benchmark makes one itself, and
what is left of it counts when the next one begins."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where a benchmark ran, and how busy that was before."""

    processors: int
    memory_bytes: int
    load: float
    """Processes that wanted to run, on average over the minute before."""
    load_after: float = 0.0
    """The same over its last minute, the benchmark's own included."""
    python: str
    postgresql: str

    @classmethod
    def now(cls, postgresql: str) -> "Machine":
        """Describe this one, with the version of the server that is measured."""
        return cls(
            processors=os.cpu_count() or 1,
            memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            load=_load(),
            python=platform.python_version(),
            postgresql=postgresql,
        )

    def afterwards(self) -> "Machine":
        """Note how busy it was in the end."""
        return msgspec.structs.replace(self, load_after=_load())

    @property
    def busy(self) -> bool:
        """Whether others were at work on it."""
        many = self.processors
        return self.load > BUSY_BEFORE * many or self.load_after > BUSY_AFTER * many


def _load() -> float:
    return round(os.getloadavg()[0], 2)
