"""What the hook into Bolt stores, whether the bot is synchronous or not."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from messagestore.event import MessageReceived
from messagestore.integrations.guard import harmless
from messagestore.integrations.slack_joining import Joiner
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.result import Outcome
from messagestore.message import Direction, NewMessage
from messagestore.preparation import new_local_id
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.installation import PROVIDER, Installation
from messagestore.providers.slack.responses import (
    IN_CHANNEL,
    Conversation,
    call_of,
    response_urls,
)
from messagestore.providers.slack.rewrites import change_of, rewrites
from messagestore.providers.slack.sends import UPLOAD, arguments_of, queued, sends, sent
from messagestore.repository.messages import MessageRepository

_MOST_CONVERSATIONS = 10_000
"""Of the latest requests it is known where their `response_url` leads; one is good for 30 min."""


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
        return self.method == UPLOAD or rewrites(self.method) or self.is_public_response

    @property
    def is_public_response(self) -> bool:
        """Whether it goes through a `response_url`, and an event will tell of it, too."""
        return self.arguments.get("response_type") == IN_CHANNEL

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
        self._logger = logger
        self._joiner = Joiner(messages, logger)
        self._identities: dict[str, Installation] = {}
        self._conversations: OrderedDict[str, tuple[Conversation, Installation]] = OrderedDict()

    @staticmethod
    def concerns(method: str) -> bool:
        """Return whether a method sends or changes messages."""
        return sends(method) or rewrites(method)

    def call(self, method: str, options: Mapping[str, Any], token: str | None) -> Call:
        """Return the call that is about to be made."""
        arguments = arguments_of(*(options.get(part) for part in ("params", "data", "json")))
        return Call(method, arguments, self.identity(token) or Installation.made(None, bot=None))

    def response(self, url: str, body: Any) -> Call | None:
        """Return what is about to be said through a `response_url`; None for what is not ours."""
        known = self._conversations.get(url)
        if known is None or not isinstance(body, dict):
            return None
        conversation, installation = known
        said = call_of(arguments_of(body), conversation)
        return None if said is None else Call(*said, installation)

    def expect_responses(self, payload: JsonObject, token: str | None) -> None:
        """Note where the `response_url` of a request leads: it says nothing about itself."""
        installation = self.identity(token) or Installation.made(None, bot=None)
        for url, conversation in response_urls(payload):
            self._conversations[url] = conversation, installation
        while len(self._conversations) > _MOST_CONVERSATIONS:
            self._conversations.popitem(last=False)

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
            message = result.message
            # Only where the database answers: in an outage the bot must not wait for a question.
            if result.outcome is not Outcome.STORED or message is None:
                continue
            if message.direction is Direction.OUTGOING:
                await self._joiner.uploads(message)
                await self._joiner.responses(message)

    async def replace(self, message: NewMessage) -> None:
        """Store a message as Slack has taken it, in the place of the queued one."""
        await self._logger.log_event(MessageReceived(message=message))

    async def finished(self, call: Call, answer: JsonObject) -> None:
        """Store what a call that has succeeded changed, and find the message that it made."""
        change = change_of(
            call.method, call.arguments, answer, call.installation, edit_id=call.local_id
        )
        if change is not None:
            await self._logger.log_event(change)
        upload = call.taken(answer) if call.method == UPLOAD else None
        if upload is not None:
            await self._joiner.upload(upload.message_id, str(upload.metadata.get("media_id")))
        if call.is_public_response:
            await self._joiner.response(call.local_id)

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
