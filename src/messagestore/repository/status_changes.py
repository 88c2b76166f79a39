"""Statuses as they are folded: what several of one message come to, in any order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

import msgspec

from messagestore.message import Status


class StatusChange(msgspec.Struct, frozen=True, kw_only=True):
    """A status as it is applied: `at` is when it came about, `received_at` when we learnt of it."""

    message_id: str
    status: Status
    error: str | None
    at: datetime
    received_at: datetime


class FoldedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What several statuses of one message come to: the highest, and the earliest times.

    An error belongs to `failed`; of several, the one that sorts first stays (DESIGN, rule 4).
    """

    status: Status
    error: str | None
    delivered_at: datetime | None
    read_at: datetime | None

    @classmethod
    def of(cls, changes: Iterable[tuple[Status, str | None, datetime]]) -> Self:
        """Fold (status, error, time) of one message."""
        known = list(changes)
        highest = max((status for status, _, _ in known), key=lambda status: status.rank)
        errors = [error for status, error, _ in known if status is Status.FAILED and error]
        return cls(
            status=highest,
            error=min(errors, default=None) if highest is Status.FAILED else None,
            delivered_at=_earliest(known, Status.DELIVERED),
            read_at=_earliest(known, Status.READ),
        )


def _earliest(
    changes: Iterable[tuple[Status, str | None, datetime]], least: Status
) -> datetime | None:
    return min((at for status, _, at in changes if status.rank >= least.rank), default=None)
