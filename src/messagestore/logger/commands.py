"""Commands: what in a message is an order to the bot."""

import re
from collections.abc import Collection, Sequence

import msgspec

from messagestore.message import Direction, NewMessage

_NAME = re.compile(r"(\w[\w-]{0,63})(?:@\w+)?(?:\s|$)")


class CommandDetector:
    """Marks incoming messages that begin with a prefix and a name: `/help`, `!ban@mybot 7`."""

    def __init__(self, prefixes: Sequence[str], admin_commands: Collection[str]) -> None:
        self._prefixes = tuple(prefix for prefix in prefixes if prefix)
        self._admin = {name.casefold() for name in admin_commands}

    def mark(self, message: NewMessage) -> NewMessage:
        """Return the message with its command columns set.

        What the provider itself has marked as a command keeps its name.
        """
        name = message.command_name if message.is_bot_command else self._name_in(message)
        if name is None:
            return message
        return msgspec.structs.replace(
            message,
            is_bot_command=True,
            command_name=name,
            is_admin_command=message.is_admin_command or name.casefold() in self._admin,
        )

    def _name_in(self, message: NewMessage) -> str | None:
        if message.direction is not Direction.INCOMING or not message.content:
            return None
        for prefix in self._prefixes:
            if message.content.startswith(prefix):
                found = _NAME.match(message.content, len(prefix))
                return found[1].casefold() if found else None
        return None
