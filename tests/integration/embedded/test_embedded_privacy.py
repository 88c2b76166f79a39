import os
import signal
import subprocess
from pathlib import Path

import asyncpg
import pytest

from messagestore.database.embedded import EmbeddedServer
from tests.integration.embedded.processes import FAST, eventually, psql

CANARY = "call me at 555 0100"
REFUSED = (
    "INSERT INTO notes VALUES ('CANARY', -1)",
    "INSERT INTO notes VALUES ('CANARY', NULL)",
    "SELECT 'CANARY'::integer",
    "SELECT '{\"a\": CANARY}'::jsonb",
    "DO $$ BEGIN RAISE WARNING 'CANARY'; RAISE EXCEPTION 'CANARY'; END $$",
    "SELECT no_such_function('CANARY')",
)


def log_of(server: EmbeddedServer) -> str:
    return server.status().log_file.read_text()


async def test_what_people_wrote_stays_out_of_the_log(server: EmbeddedServer) -> None:
    psql(server, "CREATE TABLE notes (content text, size int NOT NULL CHECK (size > 0))")
    for sql in REFUSED:
        assert CANARY in psql(server, sql.replace("CANARY", CANARY), fails=True)
    connection = await asyncpg.connect(server.url())
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("INSERT INTO notes VALUES ($1, $2)", CANARY, -1)
    await connection.close()
    assert CANARY not in log_of(server)


def test_postgresqls_own_settings_would_give_it_away(data_dir: Path) -> None:
    """Without this control, the test above could pass because nothing is logged anywhere."""
    own = {"log_min_messages": "warning", "log_error_verbosity": "default"}
    with EmbeddedServer(data_dir, extra_settings={**FAST, **own}) as server:
        psql(server, "CREATE TABLE notes (content text, size int NOT NULL CHECK (size > 0))")
        psql(server, REFUSED[0].replace("CANARY", CANARY), fails=True)
        assert CANARY in log_of(server)


def test_a_crash_is_logged_without_its_statement(server: EmbeddedServer) -> None:
    argv = [*server.psql_command(), "-Xc", f"SELECT pg_sleep(60), '{CANARY}'"]
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as sleeping:
        sql = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        eventually(lambda: psql(server, sql))
        os.kill(int(psql(server, sql)), signal.SIGKILL)
        assert sleeping.wait(timeout=60) != 0
    # The server notes it after the client has learnt of it.
    eventually(lambda: "was terminated by signal 9" in log_of(server))
    assert CANARY not in log_of(server)
