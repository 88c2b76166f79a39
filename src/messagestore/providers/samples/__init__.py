"""Payloads of our own making, for demonstrations and tests: fictional people, numbers and ids.

They are written after the providers' documentation. A file's number is its place in the story that
a provider's samples tell together: answers, edits and statuses come after what they are about.
A `.json` file is a body as it is; a `.txt` file holds a form on one line.
"""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple


class Sample(NamedTuple):
    """One request's body, as the provider would send it."""

    provider: str
    file_name: str
    body: bytes


def samples() -> Iterator[Sample]:
    """Yield every sample, a provider after the other, each in its order."""
    for folder in _sorted(files(__name__)):
        if folder.is_dir():
            for file in _sorted(folder):
                if file.name.endswith((".json", ".txt")):
                    yield Sample(folder.name, file.name, file.read_bytes().removesuffix(b"\n"))


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)
