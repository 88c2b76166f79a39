"""BuilderBot, the TypeScript framework: the `ctx` objects that its bots forward.

`provider.on("message", ctx)` gives what came in, `bot.on("send_message", ctx)` what went out. `ctx`
is the framework's few fields (`from`, `body`, `name`) over whatever the provider below it gave:
Meta, Baileys, Venom, WPPConnect, whatsapp-web.js, Twilio, Telegram.
Source: https://github.com/codigoencasa/builderbot, packages/bot and packages/provider-*.
"""

from collections.abc import Iterator, Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.builderbot.messages import context_events
from messagestore.providers.payload import JsonObject, decode, json_type
from messagestore.providers.provider import NO_HEADERS

__all__ = ["BuilderBot"]


class BuilderBot:
    """One `ctx`, or an array of them."""

    name = "builderbot"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`."""
        del headers, account  # the framework sends no headers of its own, and names the bot
        value = decode(body)
        if not isinstance(value, dict | list):
            raise InvalidPayload(f"the body must be a ctx or an array of them: {json_type(value)}")
        parts = value if isinstance(value, list) else [value]
        return list(each_part(parts, "ctx", _events)) or [Ignored(reason="an array without ctx")]


def _events(ctx: JsonObject) -> Iterator[Event]:
    return context_events(ctx)
