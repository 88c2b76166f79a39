"""What only aiogram can do, and how it is captured."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiogram
import pytest
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage
from aiogram.types import Message, TelegramObject, Update

from messagestore import MessageStore, Settings, Status
from messagestore.errors import InvalidSettings
from messagestore.integrations.aiogram import capture
from messagestore.providers import get_provider
from messagestore.providers.samples import Sample, samples

from .telegram_api import PERSON, TOKEN, TelegramApi, sent, update
from .telegram_bots import AiogramSession
from .telegram_events import without_raw

SAMPLES = [sample for sample in samples() if sample.provider == "telegram"]
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@pytest.fixture
def api() -> TelegramApi:
    return TelegramApi()


@pytest.fixture
def bot(api: TelegramApi) -> aiogram.Bot:
    return aiogram.Bot(TOKEN, session=AiogramSession(api))


async def said(store: MessageStore) -> list[tuple[str | None, Status]]:
    messages = await store.service.get_last_messages(PERSON, 9)
    return [(message.content, message.status) for message in messages]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file_name)
def test_the_framework_hands_on_all_that_telegram_sent(sample: Sample) -> None:
    """Updates come to the hook as the framework's objects, and are written as JSON again."""
    body = json.loads(sample.body)
    for part in body.get("result", [body]):
        again = Update.model_validate(part).model_dump(by_alias=True, exclude_none=True)
        first, second = (
            get_provider("telegram").parse(json.dumps(value).encode()) for value in (part, again)
        )
        assert without_raw(first) == without_raw(second)


async def test_no_middleware_of_the_author_keeps_an_update_back(
    bot: aiogram.Bot, store: MessageStore
) -> None:
    dispatcher = aiogram.Dispatcher()

    async def drop(_: Handler, __: TelegramObject, ___: dict[str, Any]) -> None:
        """Handle nothing, as one that throttles does."""

    dispatcher.update.outer_middleware(drop)
    capture(dispatcher, bot, store=store)
    await dispatcher.feed_raw_update(bot, update(text="hi"))
    assert await said(store) == [("hi", Status.DELIVERED)]


async def test_what_a_handler_returns_is_stored_also_in_the_answer_to_a_webhook(
    bot: aiogram.Bot, store: MessageStore, api: TelegramApi
) -> None:
    """Through the API it has Telegram's id; in the answer to the webhook Telegram tells none."""
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> SendMessage:
        return message.answer("hello")

    capture(dispatcher, bot, store=store)
    returned: Any = await dispatcher.feed_webhook_update(bot, update(text="hi"))
    assert isinstance(returned, SendMessage)
    assert sorted(await said(store)) == [("hello", Status.SENT), ("hi", Status.DELIVERED)]
    assert api.called == [], "the answer to the webhook carries the call"
    api.results["sendMessage"] = sent(21, text="hello")
    await dispatcher._process_update(bot, Update.model_validate(update(2, text="hi")))
    assert (await said(store)).count(("hello", Status.SENT)) == 2


async def test_the_bots_defaults_are_known(store: MessageStore, api: TelegramApi) -> None:
    session, default = AiogramSession(api), DefaultBotProperties(parse_mode="HTML")
    bot = aiogram.Bot(TOKEN, session=session, default=default)
    api.results["sendMessage"] = sent(21, text="hello")
    capture(aiogram.Dispatcher(), bot, store=store)
    await bot.send_message(int(PERSON), "<b>hello</b>")
    [message] = await store.service.get_last_messages(PERSON, 1)
    assert (message.content, message.metadata["parse_mode"]) == ("<b>hello</b>", "HTML")


async def test_what_is_sent_at_the_start_and_at_the_end_is_stored(
    bot: aiogram.Bot, api: TelegramApi, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESSAGESTORE_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("MESSAGESTORE_SPOOL_DIR", str(settings.spool_dir))
    api.results["sendMessage"] = sent(21, text="here I am")
    dispatcher = aiogram.Dispatcher()

    async def here() -> None:
        await bot.send_message(int(PERSON), "here I am")

    async def gone() -> None:
        api.results["sendMessage"] = sent(22, text="good night")
        await bot.send_message(int(PERSON), "good night")

    dispatcher.startup.register(here)
    capture(dispatcher, bot)
    dispatcher.shutdown.register(gone)
    await dispatcher.emit_startup()
    await dispatcher.emit_shutdown()
    async with MessageStore.open(settings=settings) as store:
        assert {content for content, _ in await said(store)} == {"here I am", "good night"}


async def test_a_dispatcher_that_was_not_started_sends_all_the_same(
    bot: aiogram.Bot, api: TelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.results["sendMessage"] = sent(21, text="hello")
    capture(aiogram.Dispatcher(), bot)
    assert (await bot.send_message(int(PERSON), "hello")).message_id == 21
    assert "the store is not open; start the bot, or give capture a store" in caplog.text


async def test_bots_that_share_a_session_are_stored_once(
    store: MessageStore, api: TelegramApi
) -> None:
    session = AiogramSession(api)
    bots = [aiogram.Bot(TOKEN, session=session), aiogram.Bot("7000000002:AAF", session=session)]
    capture(aiogram.Dispatcher(), *bots, store=store)
    with pytest.raises(TelegramBadRequest):
        await bots[1].send_message(int(PERSON), "hello")
    [message] = await store.service.get_last_messages(PERSON, 9)
    assert (message.sender, message.status) == ("7000000002", Status.FAILED)


def test_a_dispatcher_is_captured_once(bot: aiogram.Bot) -> None:
    dispatcher = aiogram.Dispatcher()
    capture(dispatcher, bot)
    with pytest.raises(InvalidSettings, match="captured already; call capture once"):
        capture(dispatcher, bot)
