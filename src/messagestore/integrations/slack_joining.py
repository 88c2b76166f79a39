"""A message that Slack's answer did not name, and the event that tells of it, become one row."""

import asyncio
from datetime import timedelta

from messagestore.logger.message_logger import MessageLogger
from messagestore.message import Direction, Message
from messagestore.preparation import LOCAL_PREFIX
from messagestore.providers.slack.installation import PROVIDER
from messagestore.providers.slack.responses import IN_CHANNEL
from messagestore.repository.messages import MessageRepository

_QUESTION_SECONDS = 1.0
"""How long a bot waits for the database to find a message; two rows are the price."""

_RECENT = 20
"""Messages of a channel among which a response and the event that tells of it find each other."""

_APART = timedelta(minutes=5)
"""Between the time of a response, by our clock, and that of its event, by Slack's."""


class Joiner:
    """Whichever of the two is stored last finds the other."""

    def __init__(self, messages: MessageRepository, logger: MessageLogger) -> None:
        self._messages = messages
        self._logger = logger

    async def uploads(self, echo: Message) -> None:
        """Let a message stand for the uploads that it shows."""
        team, channel = echo.metadata.get("team_id"), echo.context_id
        files = [file.get("id") for file in echo.metadata.get("attachments", [])]
        ids = [f"slack:{team}:{channel}:file-{file}" for file in files]
        await asyncio.gather(*(self.upload(*pair) for pair in zip(ids, files, strict=True)))

    async def upload(self, upload_id: str, file_id: str) -> None:
        """Let the message that shows an upload stand for it."""
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

    async def response(self, local_id: str) -> None:
        """Let the event that told of a response before it was answered stand for it."""
        async with asyncio.timeout(_QUESTION_SECONDS):
            response = await self._messages.get_by_message_id(local_id)
        if response is not None:
            await self.responses(response)

    async def responses(self, said: Message) -> None:
        """Let the event that tells of a response stand for it, whichever of them `said` is.

        The two are in one channel, of one time, and say the same; of several, the first is first.
        """
        async with asyncio.timeout(_QUESTION_SECONDS):
            page = await self._messages.get_conversation_history(said.context_id, limit=_RECENT)
        for other in reversed(page.messages):
            response, echo = (other, said) if _is_response(other) else (said, other)
            if _is_response(response) and _tells_of(echo, response):
                await self._logger.log_sent(response, echo.message_id)
                return


def _is_response(message: Message) -> bool:
    """Whether this is what all could see through a `response_url`, and no event told of it yet."""
    is_local = message.message_id.startswith(LOCAL_PREFIX)
    return is_local and message.metadata.get("response_type") == IN_CHANNEL


def _tells_of(echo: Message, response: Message) -> bool:
    raw = echo.metadata.get("raw")
    return (
        isinstance(raw, dict)
        and "ts" in raw  # what a hook has stored has none
        and echo.direction is Direction.OUTGOING
        and echo.content == response.content
        and abs(echo.created_at - response.created_at) <= _APART
    )
