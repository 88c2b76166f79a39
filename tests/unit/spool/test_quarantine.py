from pathlib import Path

import pytest

from messagestore.errors import EntryNotFound, SpoolFull
from messagestore.logger.spool import NewEntry, Spool
from tests.conftest import Clock
from tests.unit.spool.helpers import new_entries, read_all

POISON = b'{"content": "\x00\xff"}'


def test_an_entry_moves_to_the_quarantine_with_its_bytes_and_key(
    spool: Spool, clock: Clock
) -> None:
    spool.append([NewEntry(b"good"), NewEntry(POISON, "chat")])
    clock.advance(minutes=1)
    number = spool.quarantine.move(2, "22P05: no NUL")
    assert number == 3
    assert [entry.id for entry in read_all(spool)] == [1]
    (entry,) = spool.quarantine.list()
    assert (entry.id, entry.payload, entry.key) == (3, POISON, "chat")
    assert (entry.reason, entry.stored_at) == ("22P05: no NUL", clock.now)
    assert spool.quarantine.get(3) == entry


def test_what_was_never_spooled_can_be_quarantined(spool: Spool) -> None:
    number = spool.quarantine.add(NewEntry(POISON), "no \ud800")
    assert spool.quarantine.get(number).reason == "no \ud800"
    assert spool.depth == 0


def test_a_retry_moves_it_to_the_spools_end(spool: Spool) -> None:
    spool.append(new_entries(POISON, b"b"))
    number = spool.quarantine.move(1, "no")
    assert spool.quarantine.retry(number) == 4
    assert [(entry.id, entry.payload) for entry in read_all(spool)] == [(2, b"b"), (4, POISON)]
    assert spool.quarantine.list() == []


def test_a_dropped_entry_is_gone(spool: Spool) -> None:
    number = spool.quarantine.add(NewEntry(POISON), "no")
    spool.quarantine.drop(number)
    assert spool.quarantine.list() == []
    assert spool.stats().quarantined == 0


def test_an_unknown_id_is_a_clear_error(spool: Spool) -> None:
    spool.append(new_entries(b"a"))
    for call in (spool.quarantine.get, spool.quarantine.retry, spool.quarantine.drop):
        with pytest.raises(EntryNotFound):
            call(1)
    with pytest.raises(EntryNotFound):
        spool.quarantine.move(2, "no")
    assert spool.depth == 1


def test_the_quarantine_is_listed_in_pages(spool: Spool) -> None:
    for number in range(5):
        spool.quarantine.add(NewEntry(b"%d" % number), "no")
    assert [entry.id for entry in spool.quarantine.list(limit=2)] == [1, 2]
    assert [entry.id for entry in spool.quarantine.list(after=2, limit=2)] == [3, 4]


def test_the_quarantine_outlives_a_close(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.quarantine.add(NewEntry(POISON), "no")
    with Spool.open(folder) as spool:
        assert [entry.payload for entry in spool.quarantine.list()] == [POISON]
        assert (spool.depth, spool.stats().quarantined) == (0, 1)


def test_the_quarantine_counts_towards_the_limit(folder: Path) -> None:
    with Spool.open(folder, limit_bytes=1 << 20) as spool:
        spool.quarantine.add(NewEntry(b"x" * 600_000), "no")
        with pytest.raises(SpoolFull):
            spool.append([NewEntry(b"x" * 600_000)])
        with pytest.raises(SpoolFull):
            spool.quarantine.add(NewEntry(b"x" * 600_000), "no")
