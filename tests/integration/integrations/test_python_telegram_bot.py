"""What only python-telegram-bot can do, and how it is captured."""

import json
from typing import Any

import httpx
import pytest
import telegram
import telegram.error
import telegram.ext
import telegram.request
import telegram.warnings

from messagestore import MessageStore, Status
from messagestore.errors import InvalidSettings
from messagestore.event import Event
from messagestore.integrations.python_telegram_bot import capture
from messagestore.providers import get_provider
from messagestore.providers.samples import Sample, samples

from .telegram_api import PERSON, TOKEN, TelegramApi, sent, update
from .telegram_bots import ptb_request
from .telegram_events import without_raw

SAMPLES = [sample for sample in samples() if sample.provider == "telegram"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file_name)
def test_the_framework_hands_on_all_that_telegram_sent(sample: Sample) -> None:
    """Updates come to the hook as the framework's objects, and are written as JSON again."""
    body = json.loads(sample.body)
    for part in body.get("result", [body]):
        again = telegram.Update.de_json(part, None).to_dict()
        assert _events(again) == _events(part)


def _events(part: dict[str, Any]) -> list[Event]:
    return without_raw(get_provider("telegram").parse(json.dumps(part).encode()))


class Author(telegram.ext.Application[Any, Any, Any, Any, Any, Any]):
    """A subclass of the bot's author, with a method of its own under a hook."""

    async def process_update(self, update: object) -> None:
        self.bot_data["seen"] = True
        await super().process_update(update)


async def test_the_authors_own_application_and_request_stay_what_they_are(
    store: MessageStore,
) -> None:
    api = TelegramApi()
    request = ptb_request(api)
    builder = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None).request(request)
    application = builder.application_class(Author).build()
    capture(application, store)
    assert isinstance(application, Author)
    assert application.bot.request is request
    async with application:
        await application.process_update(telegram.Update.de_json(update(), application.bot))
        assert application.bot_data["seen"] is True


def test_an_application_is_captured_once() -> None:
    application = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None).build()
    capture(application)
    with pytest.raises(InvalidSettings, match="captured already; call capture once"):
        capture(application)


async def test_what_a_handler_raises_goes_where_it_went(store: MessageStore) -> None:
    api = TelegramApi()
    builder = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None)
    application = builder.request(ptb_request(api)).build()
    raised, seen = ValueError("of the handler"), []

    async def fail(*_: Any) -> None:
        raise raised

    async def on_error(_: Any, context: Any) -> None:
        seen.append(context.error)

    application.add_handler(telegram.ext.MessageHandler(telegram.ext.filters.ALL, fail))
    application.add_error_handler(on_error)
    capture(application, store)
    async with application:
        await application.process_update(telegram.Update.de_json(update(text="hi"), None))
    assert seen == [raised]
    assert (await store.service.get_last_messages(PERSON, 1))[0].content == "hi"


async def test_the_free_call_of_the_api_is_stored_too(store: MessageStore) -> None:
    api = TelegramApi()
    api.results["sendMessage"] = sent(21, text="hello")
    builder = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None)
    application = builder.request(ptb_request(api)).build()
    capture(application, store)
    async with application:
        arguments = {"chat_id": PERSON, "text": "hello"}
        with pytest.warns(telegram.warnings.PTBUserWarning, match="use 'Bot.sendMessage'"):
            await application.bot.do_api_request("sendMessage", api_kwargs=arguments)
    assert (await store.service.get_last_messages(PERSON, 1))[0].content == "hello"


async def test_an_answer_that_is_not_telegrams_is_a_failed_send(store: MessageStore) -> None:
    html = httpx.Response(502, text="<h1>Bad Gateway</h1>")
    transport = httpx.MockTransport(lambda _: html)
    request = telegram.request.HTTPXRequest(httpx_kwargs={"transport": transport})
    builder = telegram.ext.ApplicationBuilder().token(TOKEN).updater(None).request(request)
    application = builder.build()
    capture(application, store)
    async with request:
        with pytest.raises(telegram.error.NetworkError, match="Bad Gateway"):
            await application.bot.send_message(PERSON, "hello")
    [message] = await store.service.get_last_messages(PERSON, 9)
    assert message.status is Status.FAILED
    assert message.error_message == "HTTP 502, and an answer that is not Telegram's"
