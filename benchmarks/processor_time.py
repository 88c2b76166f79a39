"""Processor time of processes, to the nanosecond, as Linux's scheduler counts it."""

from pathlib import Path
from typing import Self


class ProcessorTime:
    """What processes have used, each with its children, from one look to the next."""

    def __init__(self, **roots: int) -> None:
        """`roots` are the ids of processes, by the names under which they are told."""
        self._roots = roots
        self._seen: dict[str, dict[int, int]] = {}

    def begin(self) -> Self:
        """Count from now on."""
        self._seen = self._look()
        return self

    def microseconds(self) -> dict[str, float]:
        """Return what was used since, by name; a process that ended meanwhile is left out."""
        return {
            name: sum(used - self._seen[name].get(pid, 0) for pid, used in now.items()) / 1000
            for name, now in self._look().items()
        }

    def _look(self) -> dict[str, dict[int, int]]:
        return {name: dict(_of_tree(root)) for name, root in self._roots.items()}


def _of_tree(pid: int) -> list[tuple[int, int]]:
    """Return the ids and the nanoseconds of a process and all below it; none where it is gone."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        used = sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)
        children = [
            int(child) for thread in threads for child in (thread / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [(pid, used), *(one for child in children for one in _of_tree(child))]
