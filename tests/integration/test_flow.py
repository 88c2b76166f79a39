from typing import Any

import pytest

from messagestore import Message, MessageStore, Status, send_and_log
from messagestore.logger.result import MessageContext, Outcome
from messagestore.logger.sending import describe_error
from tests.builders import new_answer, new_message


class Unreachable(Exception):
    """What the provider's library raises."""


async def _context(store: MessageStore) -> MessageContext:
    context = (await store.logger.log_incoming(new_message(message_id="question"))).context
    assert context is not None
    return context


async def _only_answer(store: MessageStore) -> Message:
    page = await store.messages.get_user_messages("bot")
    assert len(page) == 1
    return page.messages[0]


async def test_a_send_is_queued_before_it_and_sent_after_it(store: MessageStore) -> None:
    during: list[Status] = []

    async def send(text: str) -> dict[str, Any]:
        assert text == "answer"
        during.append((await _only_answer(store)).status)
        return {"messages": [{"id": "wamid.answer"}]}

    sent = await send_and_log(await _context(store), send, "answer")
    assert during == [Status.QUEUED]
    assert sent.response == {"messages": [{"id": "wamid.answer"}]}
    message = await _only_answer(store)
    assert sent.logged.message == message
    assert (message.message_id, message.status) == ("wamid.answer", Status.SENT)
    assert (message.reply_to_message_id, message.recipient) == ("question", "alice")
    thread = await store.messages.get_thread("question")
    assert thread.replies == [message]


async def test_a_failed_send_is_stored_and_raises_what_send_raised(store: MessageStore) -> None:
    raised = Unreachable("no route")

    async def send(_text: str) -> str:
        raise raised

    with pytest.raises(Unreachable) as caught:
        await send_and_log(await _context(store), send, "answer")
    assert caught.value is raised
    message = await _only_answer(store)
    assert (message.status, message.error_message) == (Status.FAILED, "Unreachable: no route")
    assert (await store.service.get_message_stats("alice")).failed == 1


async def test_a_crash_in_the_middle_leaves_a_row_that_says_so(store: MessageStore) -> None:
    async def send(_text: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await send_and_log(await _context(store), send, "answer")
    message = await _only_answer(store)
    assert message.status is Status.QUEUED
    assert message.message_id.startswith("local:")


async def test_without_the_store_the_message_is_sent_all_the_same(store: MessageStore) -> None:
    context = await _context(store)
    await store.database.close()

    async def send(_text: str) -> str:
        return "id"

    sent = await send_and_log(context, send, "answer")
    assert sent.response == "id"
    assert sent.logged.outcome is Outcome.SPOOLED

    async def fail(_text: str) -> str:
        raise Unreachable

    with pytest.raises(Unreachable):
        await send_and_log(context, fail, "answer")


async def test_an_answer_without_an_id_stays_under_ours(store: MessageStore) -> None:
    async def send(_text: str) -> int:
        return 7

    await send_and_log(await _context(store), send, "answer")
    message = await _only_answer(store)
    assert message.status is Status.SENT
    assert message.message_id.startswith("local:")


async def test_the_bots_author_can_say_where_the_id_is(store: MessageStore) -> None:
    async def send(_text: str) -> int:
        return 7

    await send_and_log(
        await _context(store), send, "x", find_message_id=lambda number: f"telegram:1:2:{number}"
    )
    assert (await _only_answer(store)).message_id == "telegram:1:2:7"


async def test_an_echo_that_overtakes_the_send_is_the_message(store: MessageStore) -> None:
    async def send(_text: str) -> str:
        await store.messages.create(new_answer("answer", message_id="wamid.1"))
        return "wamid.1"

    await send_and_log(await _context(store), send, "answer")
    assert (await _only_answer(store)).message_id == "wamid.1"


@pytest.mark.parametrize(
    "secret", ["bot123456:AAF-x_y1234567890abcdefgh", "Bearer eyJhbGciOi", "://user:pw@host"]
)
def test_secrets_in_errors_are_not_stored(secret: str) -> None:
    described = describe_error(Unreachable(f"POST https{secret}/sendMessage failed"))
    assert secret not in described
    assert described.startswith("Unreachable: ")
    assert described.endswith("failed")
