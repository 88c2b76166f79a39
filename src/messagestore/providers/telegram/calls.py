"""A call of the Bot API, as a client library makes it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

import msgspec

from messagestore.providers.fields import identifier
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import REMOVED, without_secrets
from messagestore.providers.telegram.identity import context_id_of, global_id

_TOKEN = re.compile(r"(/bot)\d+:[\w-]+", re.ASCII)
"""In the link to a file: `https://api.telegram.org/file/bot<token>/<path>`."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A method of the Bot API (in lower case, as Telegram does not mind) and its parameters."""

    bot: str
    method: str
    parameters: JsonObject

    @classmethod
    def of(cls, bot: str, method: str, parameters: Mapping[str, Any]) -> Self:
        """Read a call; what is not JSON (files, mostly) and every token is left out."""
        return cls(
            bot=bot, method=method.lower(), parameters=without_secrets(plain_object(parameters))
        )

    @property
    def chat(self) -> JsonObject:
        """The call's chat as a message would name it."""
        chat = identifier(self.parameters, "chat_id") or identifier(self.parameters, "user_id")
        connection = self.parameters.get("business_connection_id")
        return {"chat": {"id": chat}, "business_connection_id": connection}

    @property
    def context_id(self) -> str:
        """The context that it is about; raises InvalidMessage where no chat is named."""
        return context_id_of(self.chat)

    @property
    def names_chat_by_username(self) -> bool:
        """Whether the chat is `@channel`, so that only the answer tells its id."""
        chat = self.parameters.get("chat_id")
        return isinstance(chat, str) and chat.startswith("@")

    def message_id(self, number: str) -> str:
        """Return the globally unique id of a message of this chat."""
        return global_id(self.bot, self.context_id, number)

    def in_chat_of(self, result: Any) -> Self:
        """Return the call with the chat's id as the answer tells it."""
        first = result[0] if isinstance(result, list) and result else result
        chat = identifier(first, "chat", "id") if isinstance(first, dict) else None
        if chat is None or not self.names_chat_by_username:
            return self
        return msgspec.structs.replace(self, parameters=self.parameters | {"chat_id": chat})


def plain_object(value: Mapping[str, Any]) -> JsonObject:
    """Return what of a mapping is JSON, without the tokens in links."""
    items = ((str(key), plain(inner)) for key, inner in value.items())
    return {key: inner for key, inner in items if inner is not None}


def plain(value: Any) -> Any:
    """Return what of a value is JSON; None for what is not."""
    if isinstance(value, str):
        return _TOKEN.sub(rf"\1{REMOVED}", str(value))
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return plain_object(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    return None
