"""How long messages are kept: a rule of the conversation, else of its type, else of all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

import msgspec

from messagestore.message import ContextType
from messagestore.settings import KeptDays, Settings


class Horizons(msgspec.Struct, frozen=True):
    """From before when messages go, at one moment; None: they are kept for ever."""

    general: datetime | None
    by_type: Mapping[ContextType, datetime | None]
    by_context: Mapping[str, datetime | None]

    def is_due(self, context_id: str, context_type: ContextType, created_at: datetime) -> bool:
        """Whether a message is to go."""
        if context_id in self.by_context:
            horizon = self.by_context[context_id]
        else:
            horizon = self.by_type[context_type]
        return horizon is not None and created_at < horizon

    def later(self, than: datetime) -> tuple[list[str], list[ContextType]]:
        """Return the conversations and the types of which messages before that may be kept."""

        def keeps(horizon: datetime | None) -> bool:
            return horizon is None or horizon < than

        contexts = [context_id for context_id, at in self.by_context.items() if keeps(at)]
        return contexts, [context_type for context_type, at in self.by_type.items() if keeps(at)]


class Rules(msgspec.Struct, frozen=True):
    """Days that messages are kept, or `forever`."""

    general: KeptDays
    by_type: Mapping[ContextType, KeptDays]
    by_context: Mapping[str, KeptDays]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules of the settings."""
        return cls(
            settings.retention_days,
            {ContextType(name): days for name, days in settings.retention_days_by_type.items()},
            settings.retention_days_by_context,
        )

    def at(self, now: datetime) -> Horizons:
        """Return from before when messages go."""

        def horizon(days: KeptDays) -> datetime | None:
            return None if days == "forever" else now - timedelta(days=days)

        return Horizons(
            horizon(self.general),
            {each: horizon(self.by_type.get(each, self.general)) for each in ContextType},
            {context_id: horizon(days) for context_id, days in self.by_context.items()},
        )
