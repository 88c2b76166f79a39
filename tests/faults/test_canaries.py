"""No personal data in logs and errors: a canary in every field, and every kind of error."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import pytest

from messagestore import MessageStore, NewMessage, Settings, Status, errors, send_and_log
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged, StatusChanged
from messagestore.logger.spool import Spool
from messagestore.message import Message
from messagestore.providers import get_provider, provider_names
from messagestore.providers.samples import samples
from tests.conftest import execute, in_database
from tests.faults.load import drained
from tests.faults.table import Figures
from tests.integration.cli.command import Command

CANARY = "Kanarie7f3a"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNREACHABLE = f"postgresql://bot:{CANARY}@127.0.0.1:1/messages"


_TEXTS = (
    "message_id",
    "context_id",
    "sender",
    "recipient",
    "content",
    "media_url",
    "media_content_type",
    "error_message",
    "reply_to_message_id",
    "command_name",
)


class Watch:
    """Provokes errors, keeps them, and looks for the canary in all that can be printed of them."""

    def __init__(self) -> None:
        self.provoked: set[str] = set()
        self.texts: list[str] = []

    async def expect(self, kind: type[Exception], call: Callable[[], Any]) -> None:
        """Fail unless the call raises an error of this kind."""
        try:
            result = call()
            if isinstance(result, Awaitable):
                await result
        except kind as error:
            self.see(error)
        else:
            pytest.fail(f"no {kind.__name__}")

    def see(self, error: BaseException | None) -> None:
        """Take an error's texts, and those of what it came from, whether a traceback shows it."""
        if error is None:
            return
        self.provoked.add(type(error).__name__)
        self.texts += [str(error), repr(error), *getattr(error, "__notes__", [])]
        self.texts += [repr(vars(error)), "".join(traceback.format_exception_only(error))]
        self.see(error.__cause__)
        self.see(error.__context__)

    def assert_silent(self) -> None:
        """Fail when a canary got out."""
        told = [text for text in self.texts if CANARY in text]
        assert not told, told


def canary_message(**fields: Any) -> NewMessage:
    """Make a message with the canary in every field that takes it."""
    texts = dict.fromkeys(_TEXTS, CANARY)
    return NewMessage(**{"direction": "incoming", "metadata": {CANARY: [CANARY]}} | texts | fields)


@pytest.mark.fault(
    "personal data",
    how="a canary in every field and setting, over every kind of error",
    required="none in logs, warnings, errors and on stderr",
)
async def test_canaries(  # noqa: PLR0913, PLR0917 (each is a place where one could be)
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
    figures: Figures,
) -> None:
    """Fails without _forget_record in database/faults.py, and with enum(value) in parse_enum.

    And without hide_input_in_errors in settings.py, or when payload.decode raises in its `except`.
    """
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncpg").setLevel(logging.DEBUG)
    watch = Watch()
    await _refused_before_the_store(watch)
    await _refused_by_the_store(watch, settings)
    await _outages(watch, settings, tmp_path)
    for done in _commands(settings, tmp_path):
        watch.texts.append(done)
    watch.texts += [caplog.text, "".join(capfd.readouterr())]
    watch.texts += [str(warning.message) for warning in recwarn]
    assert len(caplog.records) > 20
    watch.assert_silent()
    ours = watch.provoked & vars(errors).keys()
    figures(f"{len(ours)} kinds of error, {len(caplog.records)} lines of log, 0 canaries")
    # Of the embedded server's errors none comes near a message.
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert kinds - ours == {
        "MessageStoreError",
        "DatabaseError",
        "SpoolError",
        "EmbeddedServerError",
    }


async def _refused_before_the_store(watch: Watch) -> None:
    """What no record can be made of."""
    wrong: list[Mapping[str, Any]] = [
        {field: CANARY} for field in ("direction", "context_type", "media_type", "status")
    ]
    wrong += [
        {field: CANARY} for field in ("created_at", "media_size", "metadata", "is_bot_command")
    ]
    wrong += [{"message_id": CANARY * 100}, {"content": [CANARY]}]
    for fields in wrong:
        await watch.expect(errors.InvalidMessage, partial(canary_message, **fields))
    for metadata in ({CANARY: {CANARY}}, {CANARY: object()}, {"messagestore": CANARY}):
        new = canary_message(metadata=metadata)
        await watch.expect(errors.InvalidMessage, partial(Message.from_new, new, now=NOW))
    for url in (CANARY, f"mysql://{CANARY}"):
        await watch.expect(errors.InvalidSettings, partial(Settings.load, database_url=url))
        await watch.expect(ValueError, partial(Settings, database_url=url))
    await watch.expect(errors.InvalidSettings, lambda: Settings.load(pool_max_size=CANARY))
    await watch.expect(errors.InvalidSettings, lambda: get_provider(CANARY))
    for name in provider_names():
        for body in _bad_bodies(name):
            try:
                get_provider(name).parse(body)
            except errors.MessageStoreError as error:
                watch.see(error)


def _bad_bodies(provider: str) -> Iterator[bytes]:
    """Bodies that are no payload, and payloads with a canary where something else belongs."""
    text = CANARY.encode()
    yield from (
        text,
        b'"%s' % text,
        b'{"%s": "%s"' % (text, text),
        b"\xff" + text,
        b"[" * 9999 + text,
    )
    yield from (b'["%s"]' % text, b'{"%s": "%s"}' % (text, text))
    for sample in samples():
        if sample.provider == provider and sample.body.lstrip().startswith(b"{"):
            for key in msgspec.json.decode(sample.body):
                yield msgspec.json.encode(msgspec.json.decode(sample.body) | {key: CANARY})


async def _refused_by_the_store(watch: Watch, settings: Settings) -> None:
    """What the database refuses, what is not there, and sends that fail."""
    url = str(settings.database_url)
    strange = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    async with MessageStore.open(settings=settings) as store:
        logger, messages = store.logger, store.messages
        await logger.log_incoming(canary_message())
        unknown = f"{CANARY}-unknown"
        await watch.expect(
            errors.RecordRefused,
            lambda: messages.create(canary_message(message_id=unknown, delivered_at=strange)),
        )
        await execute(url, f"ALTER TABLE messages ADD CHECK (sender <> '{CANARY}') NOT VALID")
        await watch.expect(
            errors.RecordRefused, lambda: messages.create(canary_message(message_id=unknown))
        )
        many = await messages.create_many([canary_message(message_id=unknown)])
        watch.see(many.refused[0].error)
        await watch.expect(errors.MessageNotFound, lambda: messages.soft_delete(unknown))
        await watch.expect(
            errors.InvalidQuery,
            lambda: store.service.search_messages(CANARY, CANARY, before=CANARY),
        )
        await watch.expect(errors.InvalidQuery, lambda: messages.get(CANARY))
        await watch.expect(errors.TokenNotFound, lambda: store.tokens.revoke(CANARY, now=NOW))
        results = [
            await logger.log_incoming(canary_message(message_id=unknown)),
            await logger.log_incoming({"body": object(), CANARY: CANARY}),
            await logger.log_outgoing(CANARY, CANARY, CANARY, media_type=CANARY),
            await logger.log_event(StatusChanged(message_id=CANARY, status=cast("Status", CANARY))),
            *await logger.log_payload("whatsapp_cloud", CANARY.encode()),
            *[await logger.log_event(event) for event in _rewriting(unknown)],
        ]
        assert {"quarantined", "failed", "refused"} <= {result.outcome for result in results}
        for result in results:
            watch.texts.append(result.reason or "")
            watch.see(result.error)
        store.durable._drain.notice_outage(TimeoutError())
        await logger.log_incoming(canary_message(message_id=f"{CANARY}-spooled"))
        await drained(store)

        async def send(text: str) -> str:
            raise ConnectionError(f"{text} {CANARY}")

        with pytest.raises(ConnectionError):
            await send_and_log(logger.context(CANARY), send, CANARY)
        await execute(url, "ALTER TABLE messages RENAME TO away")
        await watch.expect(errors.SchemaMismatch, lambda: messages.create(canary_message()))
        await execute(url, "ALTER TABLE away RENAME TO messages")
    with Spool.open(settings.spool_folder) as spool:
        await watch.expect(errors.EntryNotFound, lambda: spool.quarantine.get(10**6))


def _rewriting(message_id: str) -> list[Any]:
    return [
        MessageEdited(message_id=message_id, edit_id=CANARY, content=CANARY),
        ReactionChanged(message_id=message_id, sender=CANARY, emoji=CANARY),
        MessageDeleted(message_id=message_id, reason=CANARY),
        StatusChanged(message_id=message_id, status=Status.FAILED, error_message=CANARY),
    ]


async def _outages(watch: Watch, settings: Settings, tmp_path: Path) -> None:
    """A database that is away or read-only, and a spool that is full, closed or no folder."""
    url = str(settings.database_url)
    small = settings.model_copy(update={"spool_limit_bytes": 1024**2, "close_grace": 0.1})
    nowhere = small.model_copy(update={"database_url": UNREACHABLE})

    async def open_nowhere() -> None:
        async with MessageStore.open(settings=nowhere, needs_database=True):
            pass

    async def open_of_another() -> None:
        another = small.model_copy(update={"database_url": in_database(url, "nowhere")})
        async with MessageStore.open(settings=another):
            pass

    await watch.expect(errors.DatabaseUnavailable, open_nowhere)
    await watch.expect(errors.LoginRefused, open_of_another)
    async with MessageStore.open(settings=nowhere) as store:
        assert (await store.logger.log_incoming(canary_message())).outcome == "spooled"
    (tmp_path / "file").touch()
    blocked = small.model_copy(update={"spool_dir": tmp_path / "file"})
    for chosen, content in ((small, CANARY), (small, CANARY * 200_000), (blocked, CANARY)):
        async with MessageStore.open(settings=chosen) as store:
            await store.database.close()
            watch.see((await store.logger.log_incoming(canary_message(content=content))).error)
            await watch.expect(
                errors.DatabaseUnavailable,
                partial(store.messages.create, canary_message()),
            )
        watch.see((await store.logger.log_incoming(canary_message())).error)
    database = urlsplit(url).path[1:]
    await execute(url, f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    async with MessageStore.open(settings=small) as store:
        await watch.expect(
            errors.DatabaseReadOnly,
            lambda: store.messages.create(canary_message(message_id=f"{CANARY}-read-only")),
        )
        assert (await store.logger.log_incoming(canary_message())).outcome == "spooled"
        await watch.expect(errors.DatabaseReadOnly, store.durable._recorder.probe)
    await execute(
        url,
        "SET default_transaction_read_only = off",
        f"ALTER DATABASE {database} SET default_transaction_read_only = off",
    )


def _commands(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Give the stderr of commands that fail."""
    environment = {
        "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
        "MESSAGESTORE_DATABASE_URL": str(settings.database_url),
    }
    command = Command(tmp_path, environment)
    bodies = tmp_path / "bodies.jsonl"
    bodies.write_bytes(b"\n".join(body for body in _bad_bodies("telegram") if b"\n" not in body))
    yield command("ingest", "telegram", bodies, expect=1).stderr
    yield command("spool", "status").stderr
    yield command("quarantine", "list").stderr
    yield command.on(UNREACHABLE)("stats", expect=3).stderr
    yield command.on(CANARY)("stats", expect=2).stderr
