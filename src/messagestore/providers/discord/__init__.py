"""Discord: what its gateway dispatches, and what it posts to an application's own URLs.

The sources of every rule here are Discord's references of the gateway's events, of the message and
of the interaction, https://docs.discord.com/developers/events/gateway-events and
https://docs.discord.com/developers/resources/message
"""

from collections.abc import Iterable, Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.discord.dispatch import dispatch_events
from messagestore.providers.payload import JsonObject, decode, json_type
from messagestore.providers.provider import NO_HEADERS

__all__ = ["Discord"]


class Discord:
    """One dispatch of the gateway, or an array of them; a webhook event; an interaction."""

    name = "discord"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`. `account` is the bot's user id."""
        del headers  # the signature is checked before
        value = decode(body)
        if not isinstance(value, dict | list):
            raise InvalidPayload(
                f"the body must be a dispatch or an array of them, not {json_type(value)}"
            )

        def events(part: JsonObject) -> Iterable[Event]:
            return dispatch_events(part, account)

        parts = value if isinstance(value, list) else [value]
        found = list(each_part(parts, "dispatch", events))
        return found or [Ignored(reason="an array without dispatches")]
