"""Intake: files of payloads through a provider's adapter into the store."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from messagestore.cli.account import report_refused
from messagestore.cli.bodies import bodies
from messagestore.cli.lines import opened, shown, total_size
from messagestore.cli.progress import metered
from messagestore.errors import InvalidPayload
from messagestore.event import Event, Refused
from messagestore.logger.ingestion import Ingestion
from messagestore.logger.result import Outcome
from messagestore.providers import Provider

if TYPE_CHECKING:
    from messagestore.store import MessageStore


class Intake:
    """Feeds payloads to an Ingestion, and says of each that is refused where it stands."""

    def __init__(self, store: "MessageStore", provider: Provider) -> None:
        self._ingestion = Ingestion(store.service, store.logger, on_refused=report_refused)
        self._provider = provider

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many events came to what."""
        return {outcome: self._ingestion.outcomes[outcome] for outcome in Outcome}

    @property
    def reasons(self) -> Mapping[tuple[str, str], int]:
        """Why events were not stored, and how often."""
        return {(str(kind), why): n for (kind, why), n in self._ingestion.reasons.items()}

    async def take(self, files: Sequence[Path]) -> None:
        """Take all payloads of the files. Raises DatabaseError when the database goes away."""
        with metered("Ingesting", unit="payloads", total=total_size(files)) as meter:
            for path in files:
                with opened(path) as stream:
                    for body in bodies(stream, path.name):
                        await self._ingestion.feed(self._parse(body.data), _place(path, body.line))
                        meter.advance(len(body.data))
            await self._ingestion.flush()

    def _parse(self, data: bytes) -> list[Event]:
        try:
            return self._provider.parse(data)
        except InvalidPayload as error:
            return [Refused(reason=str(error))]


def _place(path: Path, line: int | None) -> str:
    return shown(path) if line is None else f"{shown(path)}:{line}"
