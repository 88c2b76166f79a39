"""Telegram, as far as a bot's client library can see it: answers by method, and who listens."""

from collections.abc import Awaitable, Callable
from typing import Any

TOKEN = "7000000001:AAF-fictional-token-of-a-bot-0000000"  # noqa: S105 (nobody's)
BOT, PERSON, GROUP = "7000000001", "5200000001", "-1002000000011"
ITSELF = {"id": int(BOT), "is_bot": True, "first_name": "Reading Room", "username": "reading_bot"}
NORA = {"id": int(PERSON), "is_bot": False, "first_name": "Nora"}
PRIVATE = {"id": int(PERSON), "type": "private", "first_name": "Nora"}
NEWS = {"id": -1002000000022, "type": "channel", "title": "Reading Room News"}
DATE = 1772366400


def sent(number: int, chat: Any = None, **fields: Any) -> dict[str, Any]:
    """Return a message of the bot's, as an answer has it."""
    basic = {"message_id": number, "from": ITSELF, "chat": chat or PRIVATE, "date": DATE}
    return basic | fields


def update(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return an update with a message of a person's."""
    basic = {"message_id": 10 + number, "from": NORA, "chat": PRIVATE, "date": DATE}
    return {"update_id": number, "message": basic | fields}


class TelegramApi:
    """Answers calls; what is not set up is answered with a refusal."""

    def __init__(self) -> None:
        self.results: dict[str, Any] = {"getMe": ITSELF}
        self.raises: Exception | None = None
        self.called: list[str] = []
        self.on_call: Callable[[str], Awaitable[None]] | None = None

    async def answer(self, method: str) -> tuple[int, dict[str, Any]]:
        """Return the HTTP status and the body of the answer to a call."""
        self.called.append(method)
        if self.on_call is not None:
            await self.on_call(method)
        if self.raises is not None:
            raise self.raises
        if method in self.results:
            return 200, {"ok": True, "result": self.results[method]}
        description = "Bad Request: chat not found"
        return 400, {"ok": False, "error_code": 400, "description": description}
