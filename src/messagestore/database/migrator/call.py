"""One call of `migrate`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Call:
    """What a call of `migrate` was given; the times are seconds."""

    url: str
    folder: Path
    patience: float
    connect_timeout: float
