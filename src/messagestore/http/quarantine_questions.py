"""What processes of a service ask each other about their quarantines, and what they answer."""

from typing import Any, TypeVar, cast

import msgspec

from messagestore import errors
from messagestore.errors import MessageStoreError
from messagestore.logger.quarantine_desk import QuarantineDesk

T = TypeVar("T")


class List(msgspec.Struct, frozen=True, kw_only=True, tag="list"):
    """Ask for a page."""

    after: str | None
    limit: int


class Get(msgspec.Struct, frozen=True, kw_only=True, tag="get"):
    """Ask for a record."""

    id: str


class Retry(msgspec.Struct, frozen=True, kw_only=True, tag="retry"):
    """Have a record written again."""

    id: str


class Drop(msgspec.Struct, frozen=True, kw_only=True, tag="drop"):
    """Have a record deleted."""

    id: str


Question = List | Get | Retry | Drop


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The document; where it was refused, the error's name and its sentence."""

    document: msgspec.Raw = msgspec.Raw(b"null")
    error: str | None = None
    sentence: str = ""


async def answered(desk: QuarantineDesk, question: Question) -> Answer:
    """Return what a process answers for its quarantine."""
    try:
        document = await _ask(desk, question)
    except MessageStoreError as error:
        return Answer(error=type(error).__name__, sentence=str(error))
    return Answer(document=msgspec.Raw(msgspec.json.encode(document)))


async def _ask(desk: QuarantineDesk, question: Question) -> Any:
    match question:
        case List(after=after, limit=limit):
            return await desk.list(after=after, limit=limit)
        case Get(id=identifier):
            return await desk.get(identifier)
        case Retry(id=identifier):
            return await desk.retry(identifier)
        case Drop(id=identifier):
            return await desk.drop(identifier)


def read_answer(answer: Answer, kind: type[T] | None) -> T:
    """Return the document. Raises what was raised where it was asked."""
    if answer.error is None:
        return cast("T", msgspec.json.decode(answer.document, type=kind))
    raise _errors.get(answer.error, MessageStoreError)(answer.sentence)


def _tree(kind: type[MessageStoreError]) -> list[type[MessageStoreError]]:
    return [kind, *(one for below in kind.__subclasses__() for one in _tree(below))]


# Those that are made of a sentence alone.
_errors = {
    kind.__name__: kind
    for root in (errors.InvalidQuery, errors.SpoolError, errors.DatabaseError)
    for kind in _tree(root)
}
