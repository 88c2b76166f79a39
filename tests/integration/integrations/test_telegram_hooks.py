"""What both hooks promise, of both frameworks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from messagestore import Direction, Message, MessageStore, Settings, Status
from messagestore.message import MediaType

from .telegram_api import BOT, GROUP, NEWS, NORA, PERSON, TOKEN, TelegramApi, sent, update
from .telegram_bots import BOTS, TelegramBot


@pytest.fixture
def api() -> TelegramApi:
    return TelegramApi()


@pytest.fixture(params=BOTS)
async def bot(
    request: pytest.FixtureRequest, api: TelegramApi, store: MessageStore
) -> AsyncIterator[TelegramBot]:
    async with BOTS[request.param](api, store) as bot:
        yield bot


async def said(store: MessageStore, context_id: str = PERSON) -> list[Message]:
    page = await store.messages.get_conversation_history(context_id)
    return list(page.messages)


async def only(store: MessageStore, context_id: str = PERSON) -> Message:
    [message] = await said(store, context_id)
    assert TOKEN.partition(":")[2] not in repr(message)
    return message


@pytest.mark.parametrize("text", ["hi", "nobody handles this"])
async def test_every_update_is_stored_whichever_handler_takes_it(
    bot: TelegramBot, store: MessageStore, text: str
) -> None:
    await bot.receive(update(text=text))
    message = await only(store)
    assert (message.message_id, message.content) == (f"telegram:{BOT}:{PERSON}:11", text)
    assert (message.sender, message.recipient) == (PERSON, BOT)
    assert update(text=text)["message"].items() <= message.metadata["raw"].items()
    assert bot.handled == (["hi"] if text == "hi" else [])


async def test_an_update_that_comes_again_is_stored_once(
    bot: TelegramBot, store: MessageStore
) -> None:
    for _ in range(2):
        await bot.receive(update(text="hi"))
    assert (await only(store)).content == "hi"


async def test_an_edit_and_a_tap_are_stored(bot: TelegramBot, store: MessageStore) -> None:
    await bot.receive(update(text="hello"))
    edited = update(text="hello!", edit_date=1772366460)["message"]
    await bot.receive({"update_id": 2, "edited_message": edited})
    assert (await only(store)).content == "hello!"
    tapped: dict[str, Any] = {"id": "8", "from": NORA, "chat_instance": "1", "data": "yes"}
    await bot.receive({"update_id": 3, "callback_query": tapped | {"message": edited}})
    assert [message.content for message in await said(store)] == ["yes", "hello!"]


async def test_a_send_is_queued_before_it_leaves_and_sent_after_it(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    during: list[Status] = []

    async def look(_: str) -> None:
        during.extend(message.status for message in await said(store))

    api.on_call = look
    api.results["sendMessage"] = sent(21, text="hello")
    answer = await bot.call("send_message", chat_id=int(PERSON), text="hello")
    assert (answer.message_id, answer.text) == (21, "hello")
    assert during == [Status.QUEUED]
    message = await only(store)
    assert (message.message_id, message.status) == (f"telegram:{BOT}:{PERSON}:21", Status.SENT)
    assert (message.direction, message.content) == (Direction.OUTGOING, "hello")
    assert (message.sender, message.recipient) == (BOT, PERSON)


async def test_a_send_that_telegram_refuses_is_failed_and_raises_as_ever(
    bot: TelegramBot, store: MessageStore
) -> None:
    with pytest.raises(bot.refused, match=r"(?i)chat not found"):
        await bot.call("send_message", chat_id=int(PERSON), text="hello")
    message = await only(store)
    assert (message.status, message.content) == (Status.FAILED, "hello")
    assert "chat not found" in (message.error_message or "")


async def test_a_send_that_does_not_get_through_is_failed_and_raises_as_ever(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    api.raises = httpx.ConnectError("no route")
    with pytest.raises(bot.unreachable, match="no route"):
        await bot.call("send_message", chat_id=int(PERSON), text="hello")
    message = await only(store)
    assert (message.status, message.content) == (Status.FAILED, "hello")
    assert "no route" in (message.error_message or "")


async def test_an_uploaded_picture_gets_its_file_id_from_the_answer(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    photo = [{"file_id": "P", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 77}]
    api.results["sendPhoto"] = sent(22, photo=photo, caption="look")
    file = bot.upload("cover.jpg")
    await bot.call("send_photo", chat_id=int(PERSON), photo=file, caption="look")
    message = await only(store)
    assert (message.media_type, message.content) == (MediaType.IMAGE, "look")
    assert message.metadata["media_id"] == "P"
    assert message.media_url is None


async def test_an_album_is_as_many_messages(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    photo = [{"file_id": "P", "file_unique_id": "u", "width": 9, "height": 9}]
    api.results["sendMediaGroup"] = [sent(n, photo=photo, media_group_id="5") for n in (31, 32)]
    await bot.call("send_media_group", chat_id=int(PERSON), media=bot.album("P", "Q"))
    ids = {message.message_id for message in await said(store)}
    assert ids == {f"telegram:{BOT}:{PERSON}:{number}" for number in (31, 32)}


async def test_edits_deletions_and_reactions_of_the_bot_are_stored(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    api.results["sendMessage"] = sent(21, text="helo")
    api.results["editMessageText"] = sent(21, text="hello", edit_date=1772366460)
    api.results |= {"setMessageReaction": True, "deleteMessage": True}
    of_it = {"chat_id": int(PERSON), "message_id": 21}
    await bot.call("send_message", chat_id=int(PERSON), text="helo")
    await bot.call("edit_message_text", text="hello", **of_it)
    await bot.call("set_message_reaction", reaction=bot.reaction("🎉"), **of_it)
    message = await only(store)
    assert (message.content, message.metadata["edits"][0]["content"]) == ("hello", "helo")
    assert message.metadata["reactions"][BOT]["emoji"] == "🎉"
    assert await bot.call("delete_message", **of_it) is True
    assert await said(store) == []


async def test_a_forward_gets_its_words_from_the_answer(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    api.results["forwardMessage"] = sent(41, text="We open at nine.")
    source = {"from_chat_id": int(GROUP), "message_id": 7}
    await bot.call("forward_message", chat_id=int(PERSON), **source)
    message = await only(store)
    assert (message.content, message.metadata["forwarded"]) == ("We open at nine.", True)
    assert message.metadata["source_message_id"] == f"telegram:{BOT}:{GROUP}:7"


async def test_a_channel_that_is_named_is_stored_under_its_id(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    api.results["sendMessage"] = sent(51, chat=NEWS, text="news")
    await bot.call("send_message", chat_id="@reading_news", text="news")
    message = await only(store, str(NEWS["id"]))
    assert (message.message_id, message.status) == (f"telegram:{BOT}:{NEWS['id']}:51", Status.SENT)
    del api.results["sendMessage"]
    with pytest.raises(bot.refused):
        await bot.call("send_message", chat_id="@reading_news", text="more")
    assert (await only(store, "@reading_news")).status is Status.FAILED


async def test_calls_that_send_nothing_store_nothing(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    api.results["sendChatAction"] = True
    await bot.call("send_chat_action", chat_id=int(PERSON), action="typing")
    assert await said(store) == []


@pytest.mark.parametrize("name", BOTS)
async def test_a_store_that_is_closed_does_not_stop_the_bot(
    name: str, api: TelegramApi, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with MessageStore.open(settings=settings) as store:
        pass
    api.results["sendMessage"] = sent(21, text="hello")
    async with BOTS[name](api, store) as bot:
        await bot.receive(update(text="hi"))
        answer = await bot.call("send_message", chat_id=int(PERSON), text="hello")
    assert (bot.handled, answer.message_id) == (["hi"], 21)
    assert "was not logged" in caplog.text
    assert "hello" not in caplog.text


async def test_what_cannot_be_stored_is_sent_all_the_same(
    bot: TelegramBot, store: MessageStore, api: TelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    """Without `harmless` around the call's beginning, InvalidMessage stops the bot here."""
    api.results["sendMessage"] = sent(21, text="hello")
    answer = await bot.call("send_message", chat_id="x" * 600, text="hello")
    assert answer.message_id == 21
    assert await said(store) == []
    assert "was not logged: the hook met InvalidMessage" in caplog.text
    assert "hello" not in caplog.text


async def test_an_answer_that_cannot_be_understood_is_sent_all_the_same(
    bot: TelegramBot, store: MessageStore, api: TelegramApi
) -> None:
    """Without `harmless` around the ids, InvalidMessage stops the bot here."""
    api.results["sendMessage"] = sent(10**600, text="hello")
    answer = await bot.call("send_message", chat_id=int(PERSON), text="hello")
    assert answer.text == "hello"
    assert (await only(store)).status is Status.SENT


@pytest.mark.parametrize("name", BOTS)
async def test_without_a_store_the_hook_opens_the_one_of_the_settings(
    name: str, api: TelegramApi, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESSAGESTORE_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("MESSAGESTORE_SPOOL_DIR", str(settings.spool_dir))
    async with BOTS[name](api, None) as bot:
        await bot.receive(update(text="hi"))
    async with MessageStore.open(settings=settings) as store:
        assert (await only(store)).content == "hi"
