"""What a bot asks of Discord's API, stored around the call.

Two ways lead out of discord.py: `bot.http.request`, and for webhooks and the answers to
interactions the `request` of one adapter that all bots of a process share.
"""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import discord
from discord.ext import commands
from discord.http import HTTPClient, Route

try:
    from discord.webhook.async_ import async_context
except ImportError as error:
    # Not part of the documented API, so that any release may move it.
    sentence = (
        f"discord.py {discord.__version__} has no discord.webhook.async_.async_context, through "
        "which answers to interactions are stored: take another release of discord.py 2"
    )
    raise ImportError(sentence, name=error.name) from error

from messagestore.event import Event, MessageReceived
from messagestore.integrations.guard import harmless
from messagestore.integrations.layer import put_over
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.sending import sending
from messagestore.message import NewMessage
from messagestore.preparation import new_local_id
from messagestore.providers.discord.changes import changes_after
from messagestore.providers.discord.messages import new_message
from messagestore.providers.discord.sends import (
    Place,
    created_id,
    created_message,
    sent_message,
)
from messagestore.providers.payload import JsonObject

_API = re.compile(r"^.*?/api(/v\d+)?(?=/)")
_CHANNEL = re.compile(r"/channels/(\d+)/")
_ANSWERED = re.compile(r"/(?:interactions|webhooks)/(\d+)/([^/]+)")

_MOST_INTERACTIONS = 10_000
"""How many are remembered; Discord takes answers for 15 minutes."""

Request = tuple[str, str, JsonObject]
Call = Callable[[], Awaitable[Any]]


class SendRecorder:
    """Stores what goes out as queued, and as sent or failed; and what the bot changes."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, logger: MessageLogger) -> None:
        self._bot = bot
        self._logger = logger
        self._interactions: OrderedDict[str, Place] = OrderedDict()

    def install(self) -> None:
        """Put this around both ways out; raises InvalidSettings where it is there already."""
        http, adapter = self._bot.http, async_context.get()
        by_bot, by_webhook = http.request, adapter.request

        async def request(_http: HTTPClient, route: Route, **options: Any) -> Any:
            asked = (route.method, _path(route), _payload(options.get("json"), options.get("form")))
            return await self._observed(asked, lambda: by_bot(route, **options))

        async def webhook_request(route: Route, session: Any, **options: Any) -> Any:
            form = options.get("multipart")
            asked = (route.method, _path(route), _payload(options.get("payload"), form))
            # A command's task starts before the listener of its interaction: let that one run.
            await asyncio.sleep(0)
            return await self._observed(asked, lambda: by_webhook(route, session, **options))

        put_over(http, request=request)
        # No layer, of which there can be one: the bots of a process share the adapter.
        vars(adapter)["request"] = webhook_request

    def remember(self, interaction: discord.Interaction[Any]) -> None:
        """Remember where an interaction was: the answer's request names its id or token alone."""
        if interaction.channel_id is None:
            return
        guild = interaction.guild_id
        place = Place(str(interaction.channel_id), None if guild is None else str(guild))
        for key in (str(interaction.id), interaction.token):
            self._interactions[key] = place
        while len(self._interactions) > _MOST_INTERACTIONS:
            self._interactions.popitem(last=False)

    async def _observed(self, asked: Request, call: Call) -> Any:
        """Make the call; what it returns or raises is the caller's, whatever the store does."""
        place: Place | None = None
        queued: list[NewMessage] = []
        with harmless():
            place = self._place(asked[1])
            queued = self._queued(asked, place)
        async with sending(self._logger, queued) as end:
            answer = await call()
            with harmless():
                created = created_message(asked[0], asked[1], answer, place)
                end.sent(created_id(created))
                await self._logger.log_events(self._events(asked, answer, created, place, queued))
        return answer

    def _queued(self, asked: Request, place: Place | None) -> list[NewMessage]:
        new = sent_message(asked, message_id=new_local_id(), account=self._account, place=place)
        return [new] if new else []

    def _events(
        self,
        asked: Request,
        answer: object,
        created: JsonObject,
        place: Place | None,
        queued: Sequence[NewMessage],
    ) -> list[Event]:
        """Return what the answer tells beyond the id of what was sent.

        A message with files is stored from the answer, which alone has their sizes and URLs; the
        queued row then goes. So is one whose channel the request did not name, unless it is that of
        another bot in this process.
        """
        if created.get("application_id") not in (None, str(self._bot.application_id)):
            return []
        if created and (not queued or created.get("attachments")):
            return [MessageReceived(message=new_message(created, self._account))]
        return changes_after(asked, answer, account=self._account, place=place)

    def _place(self, path: str) -> Place | None:
        if found := _CHANNEL.match(path):
            channel = self._bot.get_channel(int(found[1]))
            guild = getattr(channel, "guild", None)
            return Place(found[1], str(guild.id) if guild else None)
        answered = _ANSWERED.match(path)
        keys = answered.groups() if answered else ()
        return next((self._interactions[key] for key in keys if key in self._interactions), None)

    @property
    def _account(self) -> str:
        return str(self._bot.user.id) if self._bot.user else self._logger.bot


def _path(route: Route) -> str:
    return _API.sub("", urlsplit(route.url).path)


def _payload(payload: object, form: object) -> JsonObject:
    """Return the JSON of a request's body; with files it is a field of the form."""
    if isinstance(form, list) and form:
        with harmless():
            payload = json.loads(form[0]["value"])
    return payload if isinstance(payload, dict) else {}
