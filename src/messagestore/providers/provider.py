"""What an adapter is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from messagestore.event import Event

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Provider(Protocol):
    """Turns the payloads of one system into events, as a pure function.

    A new provider is one module with a class like this and one line in `registry`.
    """

    @property
    def name(self) -> str:
        """The name in URLs, in the command line and in `metadata.provider`."""
        ...

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means, in its order; there is always at least one event.

        `account` is the bot's own id or number at the provider; it counts where the payload does
        not name it (Telegram's never does), and becomes part of ids and the bot's end of messages.
        Raises InvalidPayload where the body as a whole cannot be read. A broken part of it
        becomes a Refused event between the others, so that a batch never fails for one message.
        """
        ...
