"""The last resort: what nobody foresaw is a 500 that says nothing, and a log line that says where.

The line names the type and the place of the error, never its text: that may hold what people wrote.
"""

import logging
import traceback
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messagestore.http.problems import answer

_log = logging.getLogger("messagestore")


class Guard:
    """Middleware around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 where the application raises; cut an answer that had begun."""
        begun = False

        async def noticing(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, noticing)
        except Exception as error:  # noqa: BLE001 (the last resort)
            _log.error("a request failed: %s at %s", type(error).__name__, _place(error))
            if begun:
                raise Cut from None
            detail = "This should not have happened; the log of the service says where it did."
            failed = answer(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
            await failed(scope, receive, send)


class Cut(Exception):
    """Ends an answer in the middle, so that its reader sees that it is not whole."""


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
