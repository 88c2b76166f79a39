"""Outcomes: what logging came to, as it is answered."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from fastapi import Response

from messagestore.http.api.documents import document
from messagestore.http.problems import refusal
from messagestore.logger.result import LogResult, Outcome
from messagestore.message import Message

_STATUSES = {
    Outcome.STORED: HTTPStatus.CREATED,
    Outcome.SPOOLED: HTTPStatus.ACCEPTED,
    Outcome.QUARANTINED: HTTPStatus.ACCEPTED,
    Outcome.WAITING: HTTPStatus.ACCEPTED,
}


class Logged(msgspec.Struct, frozen=True):
    """What became of a message or a status, with the row where there is one, and why."""

    outcome: Outcome
    message: Message | None
    reason: str | None

    @classmethod
    def refused(cls, reason: str) -> "Logged":
        """Return that something can never be stored."""
        return cls(Outcome.REFUSED, None, reason)


class LoggedMany(msgspec.Struct, frozen=True):
    """What became of each, in the order in which they were given."""

    results: list[Logged]


def outcome_of(result: LogResult) -> Logged:
    """Return the outcome; what can never be stored is `refused`, what could not be now `failed`."""
    return Logged(result.outcome, result.message, result.reason)


def outcome(logged: Logged) -> Response:
    """Answer with one outcome. Raises a problem 422 or 503 where it is not safe."""
    if logged.outcome is Outcome.REFUSED:
        raise refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"It cannot be stored: {logged.reason}.")
    _check_kept([logged])
    return document(logged, _STATUSES.get(logged.outcome, HTTPStatus.OK))


def outcomes(logged: Sequence[Logged]) -> Response:
    """Answer with many. Raises a problem 503 where one of them is not safe: send all again."""
    _check_kept(logged)
    return document(LoggedMany(list(logged)))


def _check_kept(logged: Sequence[Logged]) -> None:
    if failed := sum(one.outcome is Outcome.FAILED for one in logged):
        detail = f"{failed} of {len(logged)} could not be made durable; send them all again."
        raise refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail)
