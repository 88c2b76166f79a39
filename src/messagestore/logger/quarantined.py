"""What is in a quarantine, as it is shown, and what writing it once more comes to."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from messagestore.errors import InvalidPayload, InvalidQuery, InvalidSettings
from messagestore.logger.ingestion import Ingestion
from messagestore.logger.kept_payload import KeptPayload, decode_payload
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.outcomes import describe
from messagestore.logger.result import Outcome
from messagestore.logger.spool import QuarantinedEntry
from messagestore.providers import get_provider
from messagestore.repository.records import Record, decode, target_of
from messagestore.service import MessageService

_UNUSED = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})


class QuarantinedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined record as it is shown; kind and target are None where it is no record.

    The target of what a provider sent is the provider.

    The payload is text exactly as it was to be written; bytes that are no text stand in base64.
    """

    id: str
    since: datetime
    reason: str
    kind: str | None
    target: str | None
    payload: str | None
    payload_base64: str | None

    @classmethod
    def of(cls, file: str, entry: QuarantinedEntry) -> "QuarantinedRecord":
        """Return an entry of the file of that name, as it is shown."""
        record = read_record(entry.payload)
        text = _text(entry.payload)
        return cls(
            id=f"{file}:{entry.id}",
            since=entry.stored_at,
            reason=entry.reason,
            kind=None if record is None else str(record.__struct_config__.tag),
            target=_target_of(record),
            payload=text,
            payload_base64=base64.b64encode(entry.payload).decode() if text is None else None,
        )


class Retrial(msgspec.Struct, frozen=True, kw_only=True):
    """What writing a record once more came to; `refused` is why it stays in the quarantine."""

    outcomes: Mapping[Outcome, int] = {}
    refused: str | None = None


def file_and_number(identifier: str) -> tuple[str, int]:
    """Return the two parts of an id. Raises InvalidQuery for what is none."""
    file, _, digits = identifier.partition(":")
    if not (file and digits.isdecimal() and digits.isascii()) or len(digits) > len(str(2**62)):
        raise InvalidQuery("An ID is a file and a number, as the list of the quarantine shows it.")
    return file, int(digits)


async def retry_all(
    service: MessageService, logger: MessageLogger, payloads: Sequence[bytes]
) -> list[Retrial]:
    """Write what was quarantined once more. Raises DatabaseError on an outage: all of it stays."""
    retrials: dict[int, Retrial] = {}
    records: dict[int, Record] = {}
    for number, payload in enumerate(payloads):
        match read_record(payload):
            case None:
                retrials[number] = Retrial(refused="not a record")
            case KeptPayload() as kept:
                retrials[number] = await _retry_payload(service, logger, kept)
            case record:
                records[number] = record
    results = await service.write_many(list(records.values()))
    for (number, record), written in zip(records.items(), results, strict=True):
        if isinstance(written, Exception):
            retrials[number] = Retrial(refused=str(written))
            continue
        result = describe(record, written)
        refused = result.reason or "refused" if result.outcome is Outcome.REFUSED else None
        retrials[number] = Retrial(outcomes={} if refused else {result.outcome: 1}, refused=refused)
    return [retrials[number] for number in range(len(payloads))]


async def _retry_payload(
    service: MessageService, logger: MessageLogger, payload: KeptPayload
) -> Retrial:
    """Let the adapter of today read it; it may go when all of it is used."""
    ingestion = Ingestion(service, logger)
    try:
        events = get_provider(payload.provider).parse(payload.body, account=payload.account)
        await ingestion.feed(events)
    except (InvalidPayload, InvalidSettings) as error:
        return Retrial(refused=str(error))
    await ingestion.flush()
    unused = [reason for outcome, reason in ingestion.reasons if outcome in _UNUSED]
    if unused:
        return Retrial(refused=unused[0])
    return Retrial(outcomes=dict(ingestion.outcomes))


def read_record(payload: bytes) -> Record | KeptPayload | None:
    """Return the record, or what a provider sent, that was quarantined; None for neither."""
    try:
        return decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return decode_payload(payload)


def _target_of(record: Record | KeptPayload | None) -> str | None:
    match record:
        case None:
            return None
        case KeptPayload(provider=provider):
            return provider
        case _:
            return target_of(record)


def _text(payload: bytes) -> str | None:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None
