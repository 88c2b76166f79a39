"""The hook into python-telegram-bot 22: every update and every call of the Bot API is stored.

Every update goes through `Application.process_update`, whichever handler takes it, and every call
through `BaseRequest.do_request`, whichever method of the bot makes it (`getUpdates` has a request
object of its own).
"""

from collections.abc import Mapping
from typing import Any

from messagestore.integrations.layer import put_over
from messagestore.integrations.telegram_capture import TelegramCapture
from messagestore.store import MessageStore

try:
    from telegram import Update
    from telegram.ext import Application
    from telegram.request import BaseRequest, RequestData
except ImportError as error:
    raise ImportError(
        'this hook needs a package more: pip install "messagestore[python-telegram-bot]"'
    ) from error

__all__ = ["capture"]


def capture(
    application: Application[Any, Any, Any, Any, Any, Any], store: MessageStore | None = None
) -> None:
    """Store everything that an application receives and sends; call it before the bot starts.

    Without a store, the one that the settings name is opened by `initialize` and closed by
    `shutdown`, which `run_polling` and `run_webhook` call; an error of opening it is raised there.
    Raises InvalidSettings for an application that is captured already.
    """
    hook = TelegramCapture(store)
    bot = application.bot.token.partition(":")[0]
    _capture_updates(application, hook, bot)
    _capture_calls(application.bot.request, hook, bot)


def _capture_updates(
    application: Application[Any, Any, Any, Any, Any, Any], hook: TelegramCapture, bot: str
) -> None:
    own = type(application)

    async def initialize(self: Any) -> None:
        await hook.open()
        await own.initialize(self)

    async def process_update(self: Any, update: object) -> None:
        if isinstance(update, Update):
            await hook.incoming(bot, update.to_dict)
        await own.process_update(self, update)

    async def shutdown(self: Any) -> None:
        try:
            await own.shutdown(self)
        finally:
            await hook.close()

    put_over(application, initialize=initialize, process_update=process_update, shutdown=shutdown)


def _capture_calls(request: BaseRequest, hook: TelegramCapture, bot: str) -> None:
    own = type(request)

    async def do_request(
        self: Any,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: Any,
        **more_timeouts: Any,
    ) -> tuple[int, bytes]:
        def parameters() -> Mapping[str, Any]:
            return request_data.parameters if request_data else {}

        async with hook.calling(bot, url.rpartition("/")[2], parameters) as reply:
            answer = await own.do_request(
                self, url, method, request_data, *timeouts, **more_timeouts
            )
            reply.read(*answer)
        return answer

    put_over(request, do_request=do_request)
