import signal
import subprocess
import time
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from tests.integration.cli.command import Command


def test_without_a_url_the_embedded_server_serves_and_stops(embedded: Command) -> None:
    assert "not running" in embedded("db", "status", expect=3).out
    assert "messagestore db start" in embedded("db", "url", expect=3).stderr
    assert embedded("migrate", "--json").json()[0]["applied"]
    assert embedded("stats", "--json").json()[0]["total"] == 0
    assert embedded("db", "status", "--json", expect=3).json()[0]["running"] is False
    assert "did not run" in embedded("db", "stop").out


def test_started_it_stays_until_it_is_stopped(embedded: Command) -> None:
    assert "postgresql://" in embedded("db", "start").out
    try:
        [status] = embedded("db", "status", "--json").json()
        assert (status["running"], status["kept"]) == (True, True)
        assert embedded.on(embedded("db", "url").out.strip())("stats", "--json").json()
        psql = embedded("db", "psql", "-XAtc", "SELECT count(*) FROM messages")
        assert psql.out == "0\n"
        assert embedded("db", "psql", "-XAtc", "SELECT 1/0", expect=1).stderr
        assert "goes on" in embedded("db", "status").out
    finally:
        assert "Stopped" in embedded("db", "stop").out
    embedded("db", "status", expect=3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_quietly_and_stops_the_server(
    embedded: Command, number: signal.Signals
) -> None:
    process = embedded.start(
        "import", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    server = EmbeddedServer(Path(embedded.environment["MESSAGESTORE_DATA_DIR"]))
    while not server.is_running() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(30) == 130
    _, errors = process.communicate()
    assert errors == b""
    assert not server.is_running()
