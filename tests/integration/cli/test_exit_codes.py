"""Every exit code, and no traceback unless it is asked for."""

import asyncio
from urllib.parse import urlsplit

import pytest

from messagestore.cli.command_line import report
from messagestore.cli.exit_codes import ExitCode
from messagestore.database.migrator import render_sql
from messagestore.providers.samples import samples
from tests.conftest import execute
from tests.integration.cli.command import Command

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stts"], "Did you mean 'stats'"),
        (["history"], "Missing argument"),
        (["history", "x", "--limit", "0"], "limit must be 1 to 1000"),
        (["history", "x", "--before", "x"], "before must be an id"),
        (["ingest", "nobody", "-"], "known are"),
        (["ingest", "whatsapp_cloud", "missing.json"], "does not exist"),
        (["ingest", "whatsapp_cloud", "."], "is a directory"),
        (["export", "--since", "yesterday"], "ISO 8601"),
        (["--database-url", "nonsense", "stats"], "database_url"),
    ],
    ids=str,
)
def test_wrong_usage_is_2(command: Command, arguments: list[str], said: str) -> None:
    assert said in " ".join(command(*arguments, expect=2).stderr.split())


def test_no_database_is_3(bare_command: Command) -> None:
    command = bare_command.on(NOWHERE)
    [sentence] = command("stats", expect=3).stderr.splitlines()
    assert "cannot be reached" in sentence
    assert "Traceback" in command("--debug", "stats", expect=3).stderr
    assert "cannot be reached" in command("migrate", expect=3).stderr


def test_a_read_only_database_is_3_for_writers_only(command: Command, database_url: str) -> None:
    name = urlsplit(database_url).path.lstrip("/")
    setting = "default_transaction_read_only"
    asyncio.run(execute(database_url, f"ALTER DATABASE {name} SET {setting} = on"))
    body = next(samples()).body
    assert command("stats", "--json").json()
    result = command("ingest", "builderbot", "-", stdin=body, expect=3)
    assert "read-only" in result.stderr


def test_other_tables_are_4_until_they_are_migrated(
    bare_command: Command, empty_database_url: str
) -> None:
    command = bare_command.on(empty_database_url)
    assert "messagestore migrate" in command("stats", expect=4).stderr
    assert command("migrate", "--sql").out == render_sql()
    [applied] = command("migrate", "--json").json()
    assert applied["applied"][-1] == applied["version"]
    assert "Nothing to do" in command("migrate").out
    assert command("migrate", "--sql").out.startswith("--")
    assert command("stats", "--json").json()[0]["total"] == 0
    newer = "UPDATE messagestore_schema_version SET version_num = '9999'"
    asyncio.run(execute(empty_database_url, newer))
    assert "upgrade messagestore" in command("stats", expect=4).stderr


def test_the_unexpected_is_one_sentence_without_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(RuntimeError("a secret"), debug=False) is ExitCode.REFUSED
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "--debug" in said
    assert "a secret" not in said
    report(RuntimeError("a secret"), debug=True)
    assert "a secret" in capsys.readouterr().err
