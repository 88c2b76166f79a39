import asyncio
import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest

from messagestore import MessageStore, Settings, Status
from messagestore.event import (
    Event,
    Ignored,
    MessageEdited,
    MessageReceived,
    Refused,
    StatusChanged,
)
from messagestore.logger.kept_payload import decode_payload
from messagestore.logger.result import Outcome
from tests.builders import new_message


async def test_what_comes_in_is_stored_and_gives_the_context_of_its_answer(
    store: MessageStore,
) -> None:
    result = await store.logger.log_incoming(new_message("hello", message_id="q"))
    assert (result.outcome, result.durable) == (Outcome.STORED, True)
    assert result.message == await store.messages.get_by_message_id("q")
    assert result.context is not None
    assert (result.context.context_id, result.context.recipient) == ("alice", "alice")
    assert result.context.reply_to == "q"
    again = await store.logger.log_incoming(MessageReceived(message=new_message(message_id="q")))
    assert again.outcome is Outcome.DUPLICATE


async def test_an_answer_in_a_group_goes_to_the_group(store: MessageStore) -> None:
    message = new_message(context_id="g", context_type="group")
    context = (await store.logger.log_incoming(message)).context
    assert context is not None
    assert (context.recipient, context.context_type, context.bot) == ("g", "group", "bot")


async def test_a_builderbot_ctx_is_logged_as_it_is(store: MessageStore) -> None:
    ctx = {"from": "15550101", "to": "15550100", "body": "/menu", "message_id": "wamid.ctx"}
    result = await store.logger.log_incoming(ctx | {"type": "text", "timestamp": 1767225600000})
    assert result.outcome is Outcome.STORED
    assert result.message is not None
    assert (result.message.content, result.message.command_name) == ("/menu", "menu")


async def test_an_answer_is_linked_to_what_its_task_is_handling(store: MessageStore) -> None:
    async def handle(person: str) -> str | None:
        await store.logger.log_incoming(
            new_message(message_id=f"q-{person}", context_id=person, sender=person)
        )
        await asyncio.sleep(0)
        result = await store.logger.log_outgoing(person, person, "answer")
        assert result.message is not None
        return result.message.reply_to_message_id

    people = [f"person{number}" for number in range(20)]
    links = await asyncio.gather(*(handle(person) for person in people))
    assert links == [f"q-{person}" for person in people]
    elsewhere = await store.logger.log_outgoing("other", "other", "news")
    assert elsewhere.message is not None
    assert elsewhere.message.reply_to_message_id is None


@pytest.mark.parametrize(
    ("text", "command", "admin"),
    [
        ("/help", "help", False),
        ("/Ban@mybot 7", "ban", True),
        ("!ban", "ban", True),
        ("/", None, False),
        ("/ help", None, False),
        ("say /help", None, False),
        ("/path/to", None, False),
        ("/помощь", "помощь", False),
    ],
)
async def test_commands_are_found(
    database_url: str, text: str, command: str | None, *, admin: bool
) -> None:
    settings = Settings(database_url=database_url, admin_commands=frozenset({"BAN"}))
    async with MessageStore.open(settings=settings) as store:
        message = (await store.logger.log_incoming(new_message(text))).message
        assert message is not None
        assert message.command_name == command
        assert message.is_bot_command is (command is not None)
        assert message.is_admin_command is admin


async def test_events_of_every_kind_get_their_outcome(store: MessageStore) -> None:
    log = store.logger.log_event
    early = await log(StatusChanged(message_id="x", status=Status.READ))
    assert (early.outcome, early.durable) == (Outcome.WAITING, True)
    assert (await log(MessageReceived(message=new_message(message_id="x")))).outcome == "stored"
    repeated = await log(StatusChanged(message_id="x", status=Status.READ))
    assert repeated.outcome is Outcome.DUPLICATE
    assert (await log(Ignored(reason="typing"))).outcome is Outcome.IGNORED
    refused = await log(Refused(reason="no id"))
    assert (refused.outcome, refused.durable, refused.reason) == (Outcome.REFUSED, False, "no id")


async def test_nothing_raises_into_the_bot_and_nothing_personal_is_logged(
    store: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when message_logger.py lets an error pass, or logs what others' errors say.

    Without the database messages are kept in the spool; what no message can be made of fails.
    """
    canary = "canary-7f3a"
    caplog.set_level(logging.DEBUG)
    good = new_message(canary, context_id=canary, sender=canary, metadata={canary: canary})
    await store.database.close()
    logger = store.logger
    results = [
        await logger.log_incoming(good),
        await logger.log_incoming({"body": object()}),
        await logger.log_outgoing(canary, canary, canary),
        await logger.log_outgoing("", canary, canary),
        await logger.log_outgoing(canary, canary, canary, media_type=canary),
        await logger.log_failed(canary, canary),
    ]
    assert [result.outcome for result in results] == [
        Outcome.SPOOLED,
        Outcome.FAILED,
        Outcome.SPOOLED,
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.SPOOLED,
    ]
    assert [result.durable for result in results] == [
        result.outcome is Outcome.SPOOLED for result in results
    ]
    assert len(caplog.records) >= 3
    assert canary not in caplog.text
    assert all(canary not in str(result.error) for result in results)
    assert results[0].context is not None, "the bot goes on"


async def test_events_of_a_payload_are_logged_in_one_commit_and_rewritten_in_order(
    store: MessageStore,
) -> None:
    events: list[Event] = [
        *(MessageReceived(message=new_message("a", message_id=f"m{n}")) for n in range(50)),
        MessageEdited(message_id="m7", edit_id="e1", content="b"),
        MessageEdited(message_id="m7", edit_id="e2", content="c"),
        MessageReceived(message=new_message("d", message_id="late")),
        MessageEdited(message_id="late", edit_id="e3", content="e"),
        Ignored(reason="nothing"),
    ]
    results = await store.logger.log_events(events)
    stored, changed = [Outcome.STORED] * 50, [Outcome.CHANGED]
    outcomes = [result.outcome for result in results]
    assert outcomes == [*stored, *changed * 2, Outcome.STORED, *changed, Outcome.IGNORED]
    edited = results[51].message
    assert edited == await store.messages.get_by_message_id("m7")
    assert edited is not None
    assert edited.content == "c"
    assert (await store.logger.metrics()).batches["messages"].batches <= 4


def _webhook(*messages: dict[str, Any], **value: Any) -> bytes:
    change = {"field": "messages", "value": {"messages": list(messages)} | value}
    entry = {"id": "1", "changes": [change]}
    return msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]})


async def test_a_payload_with_a_part_that_cannot_be_stored_is_kept(store: MessageStore) -> None:
    """Fails without `_keep` in MessageLogger.log_payload."""
    whole = {"from": "12025550171", "id": "wamid.1", "type": "text", "text": {"body": "hello"}}
    body = _webhook(whole, {"from": "12025550171", "type": "text"}, api_key="secret")
    for outcome in (Outcome.STORED, Outcome.DUPLICATE):
        results = await store.logger.log_payload("whatsapp_cloud", body, account="bot")
        assert [result.outcome for result in results] == [outcome, Outcome.QUARANTINED]
        assert all(result.durable for result in results)
    metrics = await store.logger.metrics()
    assert metrics.spool is not None
    assert (metrics.records.quarantined, metrics.spool.quarantined) == (2, 2)
    [entry, _] = await store.durable._spooler._with_spool(
        lambda spool: spool.quarantine.list(after=0, limit=9)
    )
    kept = decode_payload(entry.payload)
    assert kept is not None
    assert (kept.provider, kept.account) == ("whatsapp_cloud", "bot")
    assert b"secret" not in kept.body
    assert msgspec.json.decode(kept.body)["entry"][0]["changes"][0]["value"]["messages"][0] == whole


@pytest.mark.parametrize("keep", [False, True])
async def test_what_no_adapter_understands_is_counted_and_kept_when_set(
    settings: Settings, *, keep: bool
) -> None:
    body = _webhook(statuses=[{"id": "wamid.1", "status": "dreamt_of", "recipient_id": "1"}])
    settings = settings.model_copy(update={"keep_unknown_payloads": keep})
    async with MessageStore.open(settings=settings) as store:
        results = await store.logger.log_payload("whatsapp_cloud", body)
        expected = Outcome.QUARANTINED if keep else Outcome.UNKNOWN
        assert [result.outcome for result in results] == [expected]
        metrics = await store.logger.metrics()
        assert (metrics.records.unknown, metrics.records.quarantined) == (1, int(keep))


async def test_a_payload_that_cannot_be_kept_either_has_failed(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings = settings.model_copy(update={"spool_dir": tmp_path / "file" / "spool"})
    async with MessageStore.open(settings=settings) as store:
        results = await store.logger.log_payload("whatsapp_cloud", _webhook({"type": "text"}))
        assert [result.outcome for result in results] == [Outcome.FAILED]
