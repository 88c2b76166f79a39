import os
import subprocess
import sys
import threading

import pytest

from messagestore.blocking import BlockingStore
from messagestore.logger.result import Outcome
from messagestore.message import Direction, Status
from messagestore.providers.samples import samples
from messagestore.settings import Settings
from tests.builders import new_message

ANSWER = new_message(message_id="local:1", direction=Direction.OUTGOING, status=Status.QUEUED)
TEXT = next(sample for sample in samples() if sample.provider == "whatsapp_cloud")


UNTIL_EXIT = """
from messagestore.blocking import BlockingStore
store = BlockingStore.open_until_exit(database_url="postgresql://127.0.0.1:1/none")
print(store.call(store.logger.log_outgoing, "alice", "alice", "hello").outcome)
"""


class Unreachable(Exception):
    """What the provider's library raises."""


def test_methods_of_the_store_are_called_from_any_thread(blocking: BlockingStore) -> None:
    def create(number: int) -> None:
        blocking.call(blocking.messages.create, new_message(message_id=f"m{number}"))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = blocking.call(blocking.messages.get_conversation_history, "alice", limit=20)
    assert {message.message_id for message in page.messages} == {f"m{n}" for n in range(8)}


def test_a_payload_is_logged(blocking: BlockingStore) -> None:
    for outcome in (Outcome.STORED, Outcome.DUPLICATE):
        results = blocking.log_payload(TEXT.provider, TEXT.body)
        assert [result.outcome for result in results] == [outcome]
    assert [r.outcome for r in blocking.log_payload(TEXT.provider, b"{")] == [Outcome.REFUSED]


def test_a_send_is_queued_before_it_and_sent_after_it(blocking: BlockingStore) -> None:
    with blocking.sending([ANSWER]) as answer:
        during = blocking.call(blocking.messages.get_by_message_id, "local:1")
        assert during is not None
        assert during.status is Status.QUEUED
        answer.sent("wamid.sent")
    sent = blocking.call(blocking.messages.get_by_message_id, "wamid.sent")
    assert sent is not None
    assert (sent.id, sent.status) == (during.id, Status.SENT)


def test_what_a_send_raises_is_stored_and_goes_on(blocking: BlockingStore) -> None:
    raised = Unreachable("no route")
    with pytest.raises(Unreachable) as caught, blocking.sending([ANSWER]):
        raise raised
    assert caught.value is raised
    failed = blocking.call(blocking.messages.get_by_message_id, "local:1")
    assert failed is not None
    assert (failed.status, failed.error_message) == (Status.FAILED, "Unreachable: no route")


def test_an_error_that_the_client_does_not_raise_is_stored(blocking: BlockingStore) -> None:
    with blocking.sending([ANSWER]) as answer:
        answer.failed("(#131047) Re-engagement message")
    failed = blocking.call(blocking.messages.get_by_message_id, "local:1")
    assert failed is not None
    assert failed.error_message == "(#131047) Re-engagement message"


def test_a_closed_store_does_not_stop_the_bot(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with BlockingStore.open(settings=settings) as store:
        pass
    with store.sending([ANSWER]) as answer:
        answer.sent("wamid.sent")
    assert store.log_payload(TEXT.provider, TEXT.body) == []
    assert "the store is closed" in caplog.text


def test_a_store_that_an_app_keeps_is_closed_when_its_process_ends(settings: Settings) -> None:
    """Closing takes the spool's thread: with `atexit.register` in place of it, that has ended."""
    process = subprocess.run(
        [sys.executable, "-c", UNTIL_EXIT],
        env=os.environ
        | {
            "MESSAGESTORE_SPOOL_DIR": str(settings.spool_folder),
            "MESSAGESTORE_CLOSE_GRACE": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "spooled\n"
    assert "Traceback" not in process.stderr
