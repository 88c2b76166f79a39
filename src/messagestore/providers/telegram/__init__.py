"""Telegram's Bot API: updates, as a webhook or `getUpdates` delivers them.

The source of every rule here is https://core.telegram.org/bots/api, as of version 10.3.
"""

from collections.abc import Iterator, Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.payload import JsonObject, decode, json_type
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.telegram.identity import bot_id
from messagestore.providers.telegram.updates import is_update, update_events

__all__ = ["Telegram"]


class Telegram:
    """One update, an array of them, or the answer of `getUpdates`."""

    name = "telegram"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`.

        `account` is the bot's numeric id, or its token, of which only the id is used. Raises
        InvalidSettings for an account that is neither.
        """
        del headers  # the secret token is checked before
        bot = bot_id(account)
        value = decode(body)
        if isinstance(value, dict) and isinstance(value.get("result"), list):
            value = value["result"]
        if isinstance(value, dict) and not is_update(value):
            raise InvalidPayload("update_id is missing: this is not an update of Telegram")
        if not isinstance(value, dict | list):
            raise InvalidPayload(
                f"the body must be an update or an array of them: {json_type(value)}"
            )

        def events(update: JsonObject) -> Iterator[Event]:
            return update_events(bot, update)

        updates = value if isinstance(value, list) else [value]
        return list(each_part(updates, "update", events)) or [Ignored(reason="no updates")]
