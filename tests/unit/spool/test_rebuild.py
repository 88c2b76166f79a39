import logging
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from messagestore.logger.spool import NewEntry, Spool
from tests.unit.spool.helpers import new_entries, payload_of, read_all


def alter(path: Path, statement: str) -> None:
    """Change a closed file behind the spool's back."""
    connection = apsw.Connection(str(path))
    connection.execute(statement)
    connection.close()


def filled(folder: Path, count: int = 100) -> Path:
    with Spool.open(folder) as spool:
        spool.append([NewEntry(payload_of(number)) for number in range(1, count + 1)])
        return spool.path


def test_a_changed_payload_is_set_apart_with_what_remains(folder: Path) -> None:
    path = filled(folder)
    alter(path, "UPDATE entries SET payload = CAST('other' AS BLOB) WHERE id = 7")
    with Spool.open(folder) as spool:
        assert {entry.id for entry in read_all(spool)} == set(range(1, 101)) - {7}
        (record,) = spool.damage.list()
        assert (record.id, record.remains) == (7, b"other")
        assert spool.stats().set_aside == ()
        spool.damage.drop([7])
        assert spool.damage.list() == []
        assert spool.verify().damaged == ()


@pytest.mark.parametrize("number", [1, 50, 100])
def test_a_vanished_entry_is_reported_as_lost(folder: Path, number: int) -> None:
    path = filled(folder)
    alter(path, f"DELETE FROM entries WHERE id = {number}")
    with Spool.open(folder) as spool:
        assert spool.verify().damaged == (number,)
        assert spool.depth == len(read_all(spool)) == 99
        assert [(record.id, record.remains) for record in spool.damage.list()] == [(number, None)]
        assert spool.append(new_entries(b"next")) == [101]


def test_what_was_deleted_is_not_lost(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(*[b"x"] * 50))
        spool.delete(range(2, 50, 3))
        spool.quarantine.drop(spool.quarantine.move(1, "no"))
        spool.quarantine.retry(spool.quarantine.move(3, "no"))
    with Spool.open(folder) as spool:
        verification = spool.verify()
        assert verification.damaged == ()
        assert verification.sound == spool.depth == 50 - 16 - 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:0] + b"this is no database. " * 3000,
        lambda content: bytes(100) + content[100:],
        lambda content: bytes(4096) + content[4096:],
    ],
    ids=["garbage", "no header", "no first page"],
)
def test_a_file_that_is_no_database_is_set_aside_whole(
    folder: Path, spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    path = filled(folder)
    spoiled = spoil(path.read_bytes())
    path.write_bytes(spoiled)
    with caplog.at_level(logging.ERROR), Spool.open(folder) as spool:
        (aside,) = spool.stats().set_aside
        assert aside.read_bytes() == spoiled
        assert aside.stat().st_mode & 0o777 == 0o600
        # All that is left is found, even without SQLite's first page.
        assert spool.depth == (0 if spoiled.startswith(b"this") else 100)
        spool.append(new_entries(b"new"))
    assert aside.exists()
    assert "damaged" in caplog.text


def test_quarantine_and_deletions_outlive_a_rebuild(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(*[b"x" * 20_000] * 20, key="chat"))
        spool.delete([1, 2, 5])
        spool.quarantine.move(4, "no")
        spool.append(new_entries(b"in the WAL"))
        path, before, quarantined = spool.path, read_all(spool), spool.quarantine.list()
        spool._keeper._drop_store()
        spool._keeper._claim.release()
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    with Spool.open(folder) as spool:
        assert read_all(spool) == before
        assert spool.quarantine.list() == quarantined
        assert spool.damage.list() == []
        assert spool.append(new_entries(b"next")) == [23]
        spool.delete([entry.id for entry in before])
        assert spool.depth == 1


def test_ids_that_were_read_before_a_rebuild_can_be_deleted_after(folder: Path) -> None:
    path = filled(folder, 3000)
    with Spool.open(folder) as spool:
        batch = spool.read(10, 1 << 20)
        pages = path.stat().st_size // 4096
        with path.open("r+b") as file:
            file.seek((pages - 2) * 4096)
            file.write(bytes(4096))
        spool._keeper.run(lambda store: store.connection.pragma("shrink_memory"))
        damaged = spool.verify().damaged
        assert damaged
        spool.delete([entry.id for entry in batch])
        assert spool.depth == 3000 - 10 - len(damaged)
        assert spool.path != path
