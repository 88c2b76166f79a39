"""What the hook into Bolt stores, whether the bot is synchronous or not."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from messagestore.event import MessageReceived
from messagestore.integrations.guard import harmless
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.result import Outcome
from messagestore.message import Direction, Message, NewMessage
from messagestore.preparation import new_local_id
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.installation import PROVIDER, Installation
from messagestore.providers.slack.rewrites import change_of, rewrites
from messagestore.providers.slack.sends import UPLOAD, arguments_of, queued, sends, sent
from messagestore.repository.messages import MessageRepository

_QUESTION_SECONDS = 1.0
"""How long a bot waits for the database to find an upload's message; two rows are the price."""


class Call:
    """One call of the Web API; `message` is what it sends, if anything."""

    def __init__(self, method: str, arguments: JsonObject, installation: Installation) -> None:
        self.method = method
        self.arguments = arguments
        self.installation = installation
        self.local_id = new_local_id()
        self.message: NewMessage | None = None
        with harmless():
            self.message = queued(method, arguments, installation, message_id=self.local_id)

    @property
    def messages(self) -> list[NewMessage]:
        """What to store before the call is made."""
        return [] if self.message is None else [self.message]

    @property
    def has_sequel(self) -> bool:
        """Whether there is something to store after the call has succeeded."""
        return self.method == UPLOAD or rewrites(self.method)

    def taken(self, answer: JsonObject) -> NewMessage | None:
        """Return what the call sent, as Slack has taken it."""
        if self.message is None:
            return None
        return sent(self.method, self.message, answer, self.installation)

    def displaces(self, message: NewMessage) -> bool:
        """Return whether the queued row cannot become this message, which then takes its place.

        It is in another channel than the call named (`U…` and `#general` name one, too), or it is
        accepted and not sent yet.
        """
        queued_row = self.message
        return queued_row is not None and (
            message.context_id != queued_row.context_id or message.status is queued_row.status
        )


class Recorder:
    """Stores what comes in, and what became of calls. Only its caller knows how to wait."""

    def __init__(self, messages: MessageRepository, logger: MessageLogger) -> None:
        self._messages = messages
        self._logger = logger
        self._identities: dict[str, Installation] = {}

    @staticmethod
    def concerns(method: str) -> bool:
        """Return whether a method sends or changes messages."""
        return sends(method) or rewrites(method)

    def call(self, method: str, options: Mapping[str, Any], token: str | None) -> Call:
        """Return the call that is about to be made."""
        arguments = arguments_of(*(options.get(part) for part in ("params", "data", "json")))
        return Call(method, arguments, self.identity(token) or Installation.made(None, bot=None))

    def identity(self, token: str | None) -> Installation | None:
        """Return who a token speaks for; None where nobody has asked Slack so far."""
        return self._identities.get(token or "")

    def learn(self, token: str | None, answer: JsonObject) -> None:
        """Note what `auth.test` answered, to the hook or to the bot."""
        with harmless():
            self._identities[token or ""] = Installation.of_identity(answer)

    async def incoming(self, body: bytes, token: str | None) -> None:
        """Store a request of Slack's; one that shows an upload replaces the upload's row."""
        account = self._account(body, token)
        results = await self._logger.log_payload(PROVIDER, body, account=account)
        for result in results:
            # Only where the database answers: in an outage the bot must not wait for a question.
            if result.outcome is Outcome.STORED and result.message is not None:
                await self._join_uploads(result.message)

    async def replace(self, message: NewMessage) -> None:
        """Store a message as Slack has taken it, in the place of the queued one."""
        await self._logger.log_event(MessageReceived(message=message))

    async def finished(self, call: Call, answer: JsonObject) -> None:
        """Store what a call that has succeeded changed, and find the message of an upload."""
        change = change_of(
            call.method, call.arguments, answer, call.installation, edit_id=call.local_id
        )
        if change is not None:
            await self._logger.log_event(change)
        upload = call.taken(answer) if call.method == UPLOAD else None
        if upload is not None:
            await self._join(upload.message_id, str(upload.metadata.get("media_id")))

    async def _join_uploads(self, echo: Message) -> None:
        if echo.direction is not Direction.OUTGOING:
            return
        team, channel = echo.metadata.get("team_id"), echo.context_id
        files = [file.get("id") for file in echo.metadata.get("attachments", [])]
        ids = [f"slack:{team}:{channel}:file-{file}" for file in files]
        await asyncio.gather(*(self._join(*pair) for pair in zip(ids, files, strict=True)))

    async def _join(self, upload_id: str, file_id: str) -> None:
        """Let the message that shows an upload stand for it: the answer did not tell its id.

        Whichever of the two is stored last finds the other.
        """
        async with asyncio.timeout(_QUESTION_SECONDS):
            upload = await self._messages.get_by_message_id(upload_id)
            if upload is None:
                return
            page = await self._messages.find_by_metadata(
                {"provider": PROVIDER, "attachments": [{"id": file_id}]}
            )
        for message in page.messages:
            if message.message_id != upload_id and message.context_id == upload.context_id:
                await self._logger.log_sent(upload, message.message_id)
                return

    def _account(self, body: bytes, token: str | None) -> str | None:
        """Return the bot's user id, or the bot id if that is what wrote the event."""
        identity = self.identity(token)
        if identity is None:
            return None
        with harmless():
            event = json.loads(body).get("event") or {} if body.startswith(b"{") else {}
            if event.get("bot_id") in identity.own:
                return str(event["bot_id"])
        return identity.bot
