"""One bot, made with each of the frameworks: what a conformance suite of the hooks needs."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import aiogram
import aiogram.client.session.base
import aiogram.exceptions
import aiogram.types
import httpx
import telegram
import telegram.error
import telegram.ext
import telegram.request

from messagestore import MessageStore
from messagestore.integrations import aiogram as aiogram_hook
from messagestore.integrations import python_telegram_bot as ptb_hook

from .telegram_api import TOKEN, TelegramApi


class TelegramBot(Protocol):
    """A bot; `call` calls its method of that name, with the Bot API's parameters."""

    refused: type[Exception]
    unreachable: type[Exception]
    handled: list[str]

    async def receive(self, update: dict[str, Any]) -> None: ...

    async def call(self, method: str, **parameters: Any) -> Any: ...

    def reaction(self, emoji: str) -> Any: ...

    def upload(self, name: str) -> Any: ...

    def album(self, *file_ids: str) -> Any: ...


class PythonTelegramBot:
    refused: type[Exception] = telegram.error.BadRequest
    unreachable: type[Exception] = telegram.error.NetworkError

    def __init__(self, application: Any) -> None:
        self.application = application
        self.handled: list[str] = []

    async def receive(self, update: dict[str, Any]) -> None:
        await self.application.process_update(telegram.Update.de_json(update, self.application.bot))

    async def call(self, method: str, **parameters: Any) -> Any:
        return await getattr(self.application.bot, method)(**parameters)

    def reaction(self, emoji: str) -> Any:
        return telegram.ReactionTypeEmoji(emoji)

    def upload(self, name: str) -> Any:
        return telegram.InputFile(b"bytes of a picture", filename=name)

    def album(self, *file_ids: str) -> Any:
        return [telegram.InputMediaPhoto(file_id) for file_id in file_ids]


def ptb_request(api: TelegramApi) -> telegram.request.HTTPXRequest:
    """Return the framework's own request object, over a transport that is not the network."""

    async def handle(request: httpx.Request) -> httpx.Response:
        status, body = await api.answer(request.url.path.rpartition("/")[2])
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(handle)
    return telegram.request.HTTPXRequest(httpx_kwargs={"transport": transport})


@asynccontextmanager
async def ptb_bot(api: TelegramApi, store: MessageStore | None) -> AsyncIterator[PythonTelegramBot]:
    builder = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None)
    application = builder.request(ptb_request(api)).build()
    bot = PythonTelegramBot(application)

    async def first(update: Any, _: Any) -> None:
        bot.handled.append(update.message.text)

    application.add_handler(telegram.ext.MessageHandler(telegram.ext.filters.Text(["hi"]), first))
    ptb_hook.capture(application, store)
    async with application:
        yield bot


class AiogramSession(aiogram.client.session.base.BaseSession):
    """A session of the framework over something that is not the network."""

    def __init__(self, api: TelegramApi) -> None:
        super().__init__()
        self._api = api

    async def make_request(self, bot: Any, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 (the framework's own)
        del timeout
        try:
            status, body = await self._api.answer(method.__api_method__)
        except httpx.HTTPError as error:
            raise aiogram.exceptions.TelegramNetworkError(method, str(error)) from error
        return self.check_response(bot, method, status, json.dumps(body)).result

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


class AiogramBot:
    refused: type[Exception] = aiogram.exceptions.TelegramBadRequest
    unreachable: type[Exception] = aiogram.exceptions.TelegramNetworkError

    def __init__(self, dispatcher: aiogram.Dispatcher, bot: aiogram.Bot) -> None:
        self.dispatcher = dispatcher
        self.bot = bot
        self.handled: list[str] = []

    async def receive(self, update: dict[str, Any]) -> None:
        await self.dispatcher.feed_raw_update(self.bot, update)

    async def call(self, method: str, **parameters: Any) -> Any:
        return await getattr(self.bot, method)(**parameters)

    def reaction(self, emoji: str) -> Any:
        return [aiogram.types.ReactionTypeEmoji(emoji=emoji)]

    def upload(self, name: str) -> Any:
        return aiogram.types.BufferedInputFile(b"bytes of a picture", filename=name)

    def album(self, *file_ids: str) -> Any:
        return [aiogram.types.InputMediaPhoto(media=file_id) for file_id in file_ids]


@asynccontextmanager
async def aiogram_bot(api: TelegramApi, store: MessageStore | None) -> AsyncIterator[AiogramBot]:
    dispatcher = aiogram.Dispatcher()
    bot = AiogramBot(dispatcher, aiogram.Bot(TOKEN, session=AiogramSession(api)))

    @dispatcher.message(aiogram.F.text == "hi")
    async def first(message: aiogram.types.Message) -> None:
        bot.handled.append(message.text or "")

    aiogram_hook.capture(dispatcher, bot.bot, store=store)
    await dispatcher.emit_startup()
    yield bot
    await dispatcher.emit_shutdown()


OpenBot = Callable[[TelegramApi, MessageStore | None], AbstractAsyncContextManager[TelegramBot]]
BOTS: dict[str, OpenBot] = {"python_telegram_bot": ptb_bot, "aiogram": aiogram_bot}
