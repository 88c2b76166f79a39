"""MessageLogger: what a running bot calls. It answers with a result and never raises.

Everything goes through `_attempt`, the one place where an error becomes a result.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from itertools import groupby
from typing import Any

import msgspec

from messagestore.database.caller import caller
from messagestore.errors import MessageStoreError, SpoolError
from messagestore.event import (
    Event,
    Ignored,
    MessageReceived,
    Refused,
    Rewriting,
    StatusChanged,
)
from messagestore.logger.commands import CommandDetector
from messagestore.logger.durable_log import DurableLog
from messagestore.logger.kept_payload import KeptPayload
from messagestore.logger.metrics import Metrics
from messagestore.logger.outcomes import describe, failure
from messagestore.logger.result import LogResult, MessageContext, Outcome
from messagestore.message import Direction, Message, NewMessage, Status
from messagestore.preparation import Preparation
from messagestore.providers import NO_HEADERS, get_provider
from messagestore.repository.records import Record

_answering: ContextVar[MessageContext | None] = ContextVar("answering", default=None)
"""The incoming message that this task is handling, so that an answer finds what it answers."""


class MessageLogger:
    """Logs what a bot receives and sends."""

    def __init__(
        self,
        durable: DurableLog,
        preparation: Preparation,
        commands: CommandDetector,
        *,
        bot: str,
        keep_unknown: bool,
    ) -> None:
        self._durable = durable
        self._prepare = preparation
        self.commands = commands
        self.bot = bot
        self._keep_unknown = keep_unknown

    async def log_incoming(self, event: Event | NewMessage | Mapping[str, Any]) -> LogResult:
        """Log what came in: an event, a message, or the `ctx` of a BuilderBot flow.

        The result's `context` is what `send_and_log` answers in. Answers that the same task logs
        for the same conversation are linked to this message.
        """
        if isinstance(event, NewMessage):
            event = MessageReceived(message=event)
        elif isinstance(event, Mapping):
            return await self._log_ctx(event)
        result = await self.log_event(event)
        if result.context is not None:
            _answering.set(result.context)
        return result

    async def log_outgoing(
        self,
        context_id: str,
        recipient: str,
        content: str | None,
        *,
        reply_to: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> LogResult:
        """Log what goes out; `options` are those of `Preparation.outgoing`.

        Without `reply_to`, an answer to what this task is handling is linked to that.
        """
        answering = _answering.get()
        if reply_to is None and answering is not None and answering.context_id == context_id:
            reply_to = answering.reply_to
        return await self._attempt(
            lambda: self._prepare.message(
                self._prepare.outgoing(
                    context_id, recipient, content, reply_to, metadata, **options
                )
            )
        )

    async def log_sent(self, queued: Message, message_id: str | None) -> LogResult:
        """Log that a queued message was sent, under this id of the provider's if it gave one."""
        return await self._attempt(lambda: self._prepare.sent(queued, message_id))

    async def log_failed(self, message_id: str, error: str) -> LogResult:
        """Log that a message could not be sent."""
        return await self.log_event(
            StatusChanged(message_id=message_id, status=Status.FAILED, error_message=error)
        )

    async def log_event(self, event: Event) -> LogResult:
        """Log one event of a provider's payload."""
        match event:
            case MessageReceived(message=message):
                return await self._log_message(message)
            case Ignored(reason=reason, unknown=unknown):
                self._durable.metrics.unknown += unknown
                return LogResult(Outcome.UNKNOWN if unknown else Outcome.IGNORED, reason=reason)
            case Refused(reason=reason):
                return LogResult(Outcome.REFUSED, reason=reason)
            case _:
                return await self._attempt(lambda: self._prepare.record(event))

    async def log_payload(
        self,
        provider: str,
        body: bytes,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        account: str | None = None,
    ) -> list[LogResult]:
        """Log everything that a provider's payload means; see `Provider.parse`.

        A body that cannot be read is one result, `refused`. Of one with a part that cannot be
        stored, all is kept in the quarantine, and with `keep_unknown_payloads` also of one with a
        part that is not understood.
        """
        try:
            events = get_provider(provider).parse(body, headers, account=account)
        except Exception as error:  # noqa: BLE001 (nothing raises into the bot)
            return [msgspec.structs.replace(failure(error), outcome=Outcome.REFUSED)]
        results = await self.log_events(events)
        if not any(map(self._is_to_be_kept, results)):
            return results
        payload = KeptPayload.of(provider, account, body)
        return [
            await self._keep(payload, result) if self._is_to_be_kept(result) else result
            for result in results
        ]

    async def log_events(self, events: Sequence[Event]) -> list[LogResult]:
        """Log events, in one commit where their order does not matter; a result for each.

        What rewrites a message (an edit, a deletion, a reaction) comes after what stands before it.
        """
        if len(events) == 1:
            return [await self.log_event(events[0])]
        caller()  # what the tasks below write, this one reads afterwards
        results: list[LogResult] = []
        for rewrites, run in groupby(events, lambda event: isinstance(event, Rewriting)):
            if rewrites:
                results += [await self.log_event(event) for event in run]
            else:
                results += await asyncio.gather(*map(self.log_event, run))
        return results

    async def metrics(self) -> Metrics:
        """Return the figures of the writer and the spool."""
        return await self._durable.figures()

    def context(
        self,
        context_id: str,
        recipient: str | None = None,
        **options: Any,
    ) -> MessageContext:
        """Make the context of a message that answers nothing: the bot speaks first."""
        return MessageContext(
            logger=self,
            context_id=context_id,
            recipient=recipient or context_id,
            bot=options.pop("bot", self.bot),
            **options,
        )

    async def _log_message(self, message: NewMessage) -> LogResult:
        marked = self.commands.mark(message)
        context = None
        if marked.direction is Direction.INCOMING:
            context = MessageContext.answering(self, marked)
        return await self._attempt(lambda: self._prepare.message(marked), context)

    def _is_to_be_kept(self, result: LogResult) -> bool:
        unknown = self._keep_unknown and result.outcome is Outcome.UNKNOWN
        return unknown or result.outcome is Outcome.REFUSED

    async def _keep(self, payload: KeptPayload, result: LogResult) -> LogResult:
        try:
            await self._durable.keep_payload(payload, result.reason or "refused")
        except SpoolError as error:
            return failure(error)
        return msgspec.structs.replace(result, outcome=Outcome.QUARANTINED)

    async def _log_ctx(self, ctx: Mapping[str, Any]) -> LogResult:
        """Log a BuilderBot ctx: the payload of that provider, already decoded."""
        try:
            body = msgspec.json.encode(ctx)
            events = get_provider("builderbot").parse(body)
        except (MessageStoreError, TypeError, ValueError, RecursionError) as error:
            return failure(error)
        return [await self.log_incoming(event) for event in events][-1]

    async def _attempt(
        self, prepare: Callable[[], Record], context: MessageContext | None = None
    ) -> LogResult:
        try:
            record = prepare()
            return describe(record, await self._durable.write(record), context)
        except Exception as error:  # noqa: BLE001 (nothing raises into the bot)
            return failure(error, context)
