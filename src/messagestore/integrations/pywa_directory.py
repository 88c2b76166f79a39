"""Who Meta's ids stand for: replies go to a BSUID, while the person writes from a number.

Meta's answer to what went to a BSUID does not tell the number (business-scoped user IDs); the
webhooks do, and the messages that they left in the store.
"""

import asyncio
from collections.abc import Sequence

from messagestore.errors import MessageStoreError
from messagestore.logger.result import LogResult
from messagestore.message import Direction, Message
from messagestore.providers.whatsapp_cloud.change import PROVIDER
from messagestore.providers.whatsapp_cloud.sends import Send
from messagestore.repository.messages import MessageRepository

MAX_PEOPLE = 50_000
"""Kept in memory; beyond that all are forgotten, and the store is asked again."""

_LOOK_UP = 1.0
"""Seconds that a send waits for the store to tell who a BSUID is."""

_RECENT = 10


class Directory:
    """Learns from what comes in; safe to use from several threads."""

    def __init__(self) -> None:
        self._people: dict[str, str] = {}
        self._businesses: dict[str, str] = {}

    def person(self, user_id: str | None) -> str | None:
        """Return the number that a person writes from, or their BSUID where it is hidden."""
        return None if user_id is None else self._people.get(user_id)

    def business(self, phone_number_id: str) -> str | None:
        """Return the business's number, once a webhook has named it."""
        return self._businesses.get(phone_number_id)

    def learn(self, results: Sequence[LogResult]) -> None:
        """Learn from messages that were logged."""
        for result in results:
            if result.message is not None and result.message.direction is Direction.INCOMING:
                self._learn(result.message)

    def lacks(self, send: Send) -> bool:
        """Return whether a message goes to somebody whom nothing has named so far."""
        return send.user_id is not None and send.user_id not in self._people

    async def look_up(self, send: Send, messages: MessageRepository) -> None:
        """Ask the store who that is; nothing is learned from a store that does not answer."""
        user_id = send.user_id or ""
        key = "parent_user_id" if ".ENT." in user_id else "user_id"
        wanted = {"provider": PROVIDER, key: user_id}
        try:
            async with asyncio.timeout(_LOOK_UP):
                page = await messages.find_by_metadata(wanted, limit=_RECENT)
        except (TimeoutError, MessageStoreError):
            return
        for message in page.messages:
            if message.direction is Direction.INCOMING:
                self._learn(message)
                return
        self._people[user_id] = page.messages[0].recipient if page.messages else user_id

    def _learn(self, message: Message) -> None:
        if len(self._people) >= MAX_PEOPLE:
            self._people.clear()
        for key in ("user_id", "parent_user_id"):
            if user_id := message.metadata.get(key):
                self._people[user_id] = message.sender
        if number := message.metadata.get("phone_number_id"):
            self._businesses[number] = message.recipient
