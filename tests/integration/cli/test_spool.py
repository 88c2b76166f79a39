"""spool and quarantine: what was left by processes that ended, in real files."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
import msgspec
import pytest

from messagestore import Message
from messagestore.logger.kept_payload import KeptPayload, encode_payload
from messagestore.logger.spool import NewEntry, Spool
from messagestore.providers.samples import samples
from messagestore.repository.keys import Key
from messagestore.repository.records import ConfirmSent, StoreMessage, encode
from tests.builders import new_message
from tests.conftest import execute
from tests.integration.cli.command import Command

Fill = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def offline(bare_command: Command, folder: Path) -> Command:
    """A command line whose database is down."""
    (bare_command.folder / "nobody").mkdir()
    environment = bare_command.environment | {"MESSAGESTORE_SPOOL_DIR": str(folder)}
    url = f"postgresql:///nothing?host={bare_command.folder / 'nobody'}"
    return Command(bare_command.folder, environment).on(url)


@pytest.fixture
def online(offline: Command, database_url: str) -> Command:
    return offline.on(database_url)


@pytest.fixture
def orphan(folder: Path) -> Fill:
    """Makes a spool file that a process left."""

    def fill(*payloads: bytes) -> None:
        # The first takes the file that is there, if any, so that the second is a new one.
        with Spool.open(folder), Spool.open(folder) as spool:
            spool.append([NewEntry(payload, key="alice") for payload in payloads])

    return fill


def message(content: str, **fields: Any) -> Message:
    return Message.from_new(new_message(content, **fields), now=datetime.now(UTC))


def payload(message: Message) -> bytes:
    return encode(StoreMessage(message=message))


def texts(*contents: str) -> list[bytes]:
    return [payload(message(content)) for content in contents]


def waiting(command: Command) -> int:
    return sum(file["depth"] for file in command("spool", "status", "--json").json())


@pytest.fixture
def taken_id(online: Command, orphan: Fill) -> str:
    """A record is in the quarantine: its id is taken by the message `first`. Returns where."""
    first = message("first", message_id="first")
    second = msgspec.structs.replace(first, message_id="second", content="a secret\x1b[31m")
    orphan(payload(first), payload(second))
    account = online("spool", "drain", "--json", expect=1).json()
    assert account == [{"drained": 1, "quarantined": 1, "left": 0}]
    [listed] = online("quarantine", "list", "--json").json()
    assert (listed["kind"], listed["target"]) == ("store", "second")
    assert listed["payload"].encode() == payload(second)
    assert listed["payload_base64"] is None
    return str(listed["id"])


def test_nothing_is_nothing(offline: Command, folder: Path) -> None:
    assert "is empty" in offline("spool", "status").out
    assert offline("spool", "status", "--json").out == ""
    assert offline("quarantine", "list", "--json").out == ""
    account = offline("spool", "drain", "--json").json()
    assert account == [{"drained": 0, "quarantined": 0, "left": 0}]
    offline("quarantine", "retry", "--all")
    assert not folder.exists()


def test_status_needs_no_database(offline: Command, orphan: Fill, folder: Path) -> None:
    orphan(*texts("one", "two"))
    with Spool.open(folder) as ours, Spool.open(folder) as fresh:
        ours_is, fresh_is = ours.path.name, fresh.path.name
        fresh.append([NewEntry(b"x")])
        result = offline("spool", "status", "--json")
        files = {file["file"]: file for file in result.json()}
        assert "only the size" in result.stderr
        assert {file["state"] for file in files.values()} == {"in use"}
        assert files[ours_is]["depth"] is None
        assert files[ours_is]["size_bytes"] > 0
    files = {file["file"]: file for file in offline("spool", "status", "--json").json()}
    assert {name: file["depth"] for name, file in files.items()} == {ours_is: 2, fresh_is: 1}
    assert files[ours_is]["state"] == "orphan"
    assert files[ours_is]["oldest_at"]
    assert (files[ours_is]["quarantined"], files[ours_is]["damaged"]) == (0, 0)
    assert "orphan" in offline("spool", "status").out


def test_a_file_that_cannot_be_used_is_named(offline: Command, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "20260101T000000000000-00000000.spool").symlink_to("/dev/null")
    result = offline("spool", "status", "--json")
    [file] = result.json()
    assert file["state"] == "unreadable"
    assert file["reason"] in result.stderr
    assert file["file"] in offline("quarantine", "list", expect=1).stderr


def test_what_was_damaged_is_shown_and_dropped(
    offline: Command, orphan: Fill, folder: Path
) -> None:
    """What was set aside holds what people wrote; records that are sound stay."""
    orphan(*texts("a secret", "one"))
    (path,) = folder.glob("*.spool")
    path.write_bytes(b"no header" + path.read_bytes()[9:])
    orphan(*texts("two"))
    other = max(folder.glob("*.spool"))
    connection = apsw.Connection(str(other))
    connection.execute("UPDATE entries SET payload = CAST('other' AS BLOB)")
    connection.close()
    with Spool.open(folder), Spool.open(folder) as spool:
        assert len(spool.verify().damaged) == 1
    asked = offline("spool", "drop-damaged", expect=2)
    assert "--yes" in asked.stderr
    files = offline("spool", "status", "--json").json()
    aside = [file["file"] for file in files if file["state"] == "set aside"]
    assert any(b"a secret" in (folder / name).read_bytes() for name in aside)
    account = offline("spool", "drop-damaged", "--yes", "--json").json()
    assert account == [{"files": len(aside), "records": 1}]
    files = offline("spool", "status", "--json").json()
    assert [(file["state"], file["damaged"]) for file in files] == [("orphan", 0)] * len(files)
    assert sum(file["depth"] for file in files) == 2
    assert list(folder.glob("*.damaged*")) == []
    assert "Dropped 0 files" in offline("spool", "drop-damaged", "--yes").out


def test_what_orphans_hold_is_drained(online: Command, orphan: Fill, folder: Path) -> None:
    orphan(*texts("one", "two"))
    orphan(*texts("three"))
    assert (waiting(online), len(list(folder.glob("*.spool")))) == (3, 2)
    account = online("spool", "drain", "--json").json()
    assert account == [{"drained": 3, "quarantined": 0, "left": 0}]
    history = online("history", "alice", "--json").json()
    assert {one["content"] for one in history} == {"one", "two", "three"}
    assert list(folder.glob("*.spool")) == []
    assert "drained" in online("spool", "drain").out


def test_orphans_that_do_not_fit_into_one_file_are_drained_in_turn(
    online: Command, orphan: Fill, folder: Path
) -> None:
    for _ in range(2):
        orphan(*texts(*["x" * 100_000] * 7))
    small = Command(
        online.folder, online.environment | {"MESSAGESTORE_SPOOL_LIMIT_BYTES": "1048576"}
    )
    account = small("spool", "drain", "--json").json()
    assert account == [{"drained": 14, "quarantined": 0, "left": 0}]
    assert list(folder.glob("*.spool")) == []


def test_what_is_no_record_holds_nothing_up(online: Command, orphan: Fill) -> None:
    orphan(*texts("one"), b"\xff not a record", *texts("two"))
    account = online("spool", "drain", "--json", expect=1).json()
    assert account == [{"drained": 2, "quarantined": 1, "left": 0}]
    assert "not a record" in online("quarantine", "list").out
    assert waiting(online) == 0


def test_what_a_living_process_has_is_left_to_it(
    online: Command, orphan: Fill, folder: Path
) -> None:
    orphan(*texts("one"))
    with Spool.open(folder) as spool:
        account = online("spool", "drain", "--json").json()
        assert account == [{"drained": 0, "quarantined": 0, "left": 0}]
        assert spool.depth == 1


def test_without_a_database_everything_stays(offline: Command, orphan: Fill) -> None:
    orphan(*texts("one", "two"))
    result = offline("spool", "drain", "--json", expect=3)
    assert result.json() == [{"drained": 0, "quarantined": 0, "left": 2}]
    assert waiting(offline) == 2


def test_on_a_read_only_database_everything_stays(
    online: Command, orphan: Fill, database_url: str
) -> None:
    orphan(*texts("one"))
    name = urlsplit(database_url).path.lstrip("/")
    setting = "default_transaction_read_only"
    asyncio.run(execute(database_url, f"ALTER DATABASE {name} SET {setting} = on"))
    assert "read-only" in online("spool", "drain", expect=3).stderr
    assert waiting(online) == 1


def test_what_is_refused_is_shown_without_its_text(online: Command, taken_id: str) -> None:
    shown = online("quarantine", "list").out
    assert "store second" in " ".join(shown.split())
    assert "secret" not in shown
    assert taken_id[:15] in shown
    assert [file["quarantined"] for file in online("spool", "status", "--json").json()] == [1]


def test_retry_takes_what_is_no_longer_refused(online: Command, taken_id: str) -> None:
    refused = online("quarantine", "retry", taken_id, "--json", expect=1).json()
    assert refused == [{"stored": 0, "refused": 1}]
    [listed] = online("quarantine", "list", "--json").json()
    assert listed["id"] == taken_id
    online("delete", "first", "--hard", "--yes")
    assert online("quarantine", "retry", taken_id, "--json").json() == [{"stored": 1}]
    assert online("quarantine", "list", "--json").json() == []
    assert [one["message_id"] for one in online("history", "alice", "--json").json()] == ["second"]


def test_retry_needs_the_database_and_a_choice(
    offline: Command, online: Command, taken_id: str
) -> None:
    offline("quarantine", "retry", "--all", expect=3)
    assert "--all" in online("quarantine", "retry", expect=2).stderr
    online("quarantine", "retry", taken_id, "--all", expect=2)
    online("quarantine", "retry", "7", expect=2)
    online("quarantine", "retry", "../../7:1", expect=1)
    online("quarantine", "retry", f"{taken_id}0", expect=1)
    [listed] = offline("quarantine", "list", "--json").json()
    assert listed["id"] == taken_id


def test_a_new_reason_is_kept(online: Command, folder: Path) -> None:
    queued = message("never stored", message_id="unknown")
    sent = ConfirmSent(Key.of(queued), "wamid.1", queued.created_at)
    with Spool.open(folder) as spool:
        spool.quarantine.add(NewEntry(encode(sent)), "an older reason")
        spool.quarantine.add(NewEntry(b"\xff not a record"), "an older reason")
    online("quarantine", "retry", "--all", expect=1)
    unsent, unreadable = online("quarantine", "list", "--json").json()
    reasons = {one["target"]: one["reason"] for one in (unsent, unreadable)}
    assert reasons == {
        "unknown": "the queued message that it confirms is not stored",
        None: "not a record",
    }
    [raw] = [one["payload_base64"] for one in (unsent, unreadable) if one["kind"] is None]
    assert base64.b64decode(raw) == b"\xff not a record"


def test_drop_asks(offline: Command, taken_id: str) -> None:
    assert "--yes" in offline("quarantine", "drop", taken_id, expect=2).stderr
    code, seen = offline.on_terminal("quarantine", "drop", taken_id, typed=b"n\n")
    assert (code, "Nothing was dropped" in seen) == (1, True)
    offline("quarantine", "drop", taken_id, f"{taken_id}0", "--yes", expect=1)
    assert len(offline("quarantine", "list", "--json").json()) == 1
    code, seen = offline.on_terminal("quarantine", "drop", taken_id, typed=b"y\n")
    assert (code, "Dropped 1" in seen) == (0, True)
    assert offline("quarantine", "list", "--json").json() == []


def test_what_is_in_use_is_counted(offline: Command, taken_id: str, folder: Path) -> None:
    with Spool.open(folder):
        result = offline("quarantine", "list", "--json")
        assert (result.json(), "in use" in result.stderr) == ([], True)
        result = offline("quarantine", "drop", taken_id, "--yes", "--json", expect=1)
        assert "in use by a living process" in result.stderr
    dropped = offline("quarantine", "drop", taken_id, "--yes", "--json").json()
    assert dropped == [{"dropped": 1}]


def test_a_kept_payload_is_read_again_by_the_adapter_of_today(
    online: Command, folder: Path
) -> None:
    sample = next(sample for sample in samples() if sample.provider == "whatsapp_cloud")
    kept = KeptPayload.of(sample.provider, None, sample.body)
    broken = KeptPayload.of(sample.provider, None, b"{")
    with Spool.open(folder) as spool:
        for one in (kept, broken):
            spool.quarantine.add(NewEntry(encode_payload(one), key="k"), "not known")
    first, second = online("quarantine", "list", "--json").json()
    assert (first["kind"], first["target"]) == ("payload", "whatsapp_cloud")
    counts = online("quarantine", "retry", "--all", "--json", expect=1).json()
    assert counts == [{"stored": 1, "refused": 1}]
    [left] = online("quarantine", "list", "--json").json()
    assert "is not JSON" in left["reason"] != second["reason"]
    assert online("quarantine", "retry", first["id"], expect=1).stderr
