"""The hook into aiogram 3: every update and every call of the Bot API is stored."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from messagestore.integrations.layer import put_over
from messagestore.integrations.telegram_capture import TelegramCapture
from messagestore.store import MessageStore

try:
    from aiogram import Bot, Dispatcher
    from aiogram.client.default import Default
    from aiogram.client.session.middlewares.base import (
        BaseRequestMiddleware,
        NextRequestMiddlewareType,
    )
    from aiogram.methods import TelegramMethod
    from aiogram.types import TelegramObject
    from pydantic import BaseModel
except ImportError as error:
    raise ImportError(
        'this hook needs a package more: pip install "messagestore[aiogram]"'
    ) from error

__all__ = ["capture"]


def capture(dispatcher: Dispatcher, *bots: Bot, store: MessageStore | None = None) -> None:
    """Store everything that a dispatcher receives and its bots send; call it before they start.

    Without a store, the one that the settings name is opened when the dispatcher starts, before
    everything else, and closed when it has shut down. Raises InvalidSettings for a dispatcher that
    is captured already.
    """
    hook = TelegramCapture(store)
    _capture_webhook_answers(dispatcher, hook)
    _capture_updates(dispatcher, hook)
    for session in {id(bot.session): bot.session for bot in bots}.values():
        session.middleware(_Calls(hook))
    if store is None:
        _open_with(dispatcher, hook)


def _capture_updates(dispatcher: Dispatcher, hook: TelegramCapture) -> None:
    """Be the outermost middleware, so that none of the author's keeps an update back."""

    async def incoming(
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        await hook.incoming(str(data["bot"].id), partial(_json_of, event))
        return await handler(event, data)

    manager = dispatcher.update.outer_middleware
    others = list(manager)
    for other in others:
        manager.unregister(other)
    for middleware in (incoming, *others):
        manager.register(middleware)


def _capture_webhook_answers(dispatcher: Dispatcher, hook: TelegramCapture) -> None:
    """Store the call that a handler returns and that travels in the answer to a webhook.

    Telegram does not say what came of it: it counts as sent, and has no id of the provider's.
    """
    own = type(dispatcher)

    async def feed_webhook_update(self: Any, bot: Bot, *arguments: Any, **options: Any) -> Any:
        method: TelegramMethod[Any] | None = await own.feed_webhook_update(
            self, bot, *arguments, **options
        )
        if method is not None:
            parameters = partial(_parameters, bot, method)
            async with hook.calling(str(bot.id), method.__api_method__, parameters):
                pass
        return method

    put_over(dispatcher, feed_webhook_update=feed_webhook_update)


def _open_with(dispatcher: Dispatcher, hook: TelegramCapture) -> None:
    async def started() -> None:
        await hook.open()
        # The author's own are known by now: whatever they send at the end is stored too.
        dispatcher.shutdown.register(hook.close)

    dispatcher.startup.register(started)
    handlers = dispatcher.startup.handlers
    handlers.insert(0, handlers.pop())


class _Calls(BaseRequestMiddleware):
    """Sees every call of the Bot API that a session makes."""

    def __init__(self, hook: TelegramCapture) -> None:
        self._hook = hook

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        parameters = partial(_parameters, bot, method)
        async with self._hook.calling(str(bot.id), method.__api_method__, parameters) as reply:
            result = await make_request(bot, method)
            reply.take(partial(_json_of, result))
        return result


def _parameters(bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
    """Return a method's parameters, with the bot's defaults where it leaves them."""
    values: dict[str, Any] = _json_of(method)
    return {
        key: bot.default[value.name] if isinstance(value, Default) else value
        for key, value in values.items()
    }


def _json_of(value: Any) -> Any:
    """Return what a model says in Telegram's own names; files and the like stay objects."""
    if isinstance(value, list):
        return [_json_of(item) for item in value]
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_none=True, warnings=False)
    return value
