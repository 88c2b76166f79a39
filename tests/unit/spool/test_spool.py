from pathlib import Path

import pytest

from messagestore.errors import SpoolFull, SpoolUnavailable
from messagestore.logger.spool import NewEntry, Spool
from tests.conftest import Clock
from tests.unit.spool.helpers import append_until_full, new_entries, read_all


def test_entries_come_back_in_order_and_as_they_were(spool: Spool, clock: Clock) -> None:
    payloads = [b"", b"\0\xff", b"x" * 100_000]
    assert spool.append(new_entries(*payloads, key="chat \ud800 \U0001f600")) == [1, 2, 3]
    read = read_all(spool)
    assert [entry.payload for entry in read] == payloads
    assert {entry.key for entry in read} == {"chat \ud800 \U0001f600"}
    assert {entry.stored_at for entry in read} == {clock.now}


def test_a_read_is_bounded_by_rows_and_by_bytes(spool: Spool) -> None:
    spool.append(new_entries(*[b"x" * 100] * 5))
    assert [entry.id for entry in spool.read(2, 1000)] == [1, 2]
    assert [entry.id for entry in spool.read(10, 250)] == [1, 2]
    assert [entry.id for entry in spool.read(10, 1000, after=3)] == [4, 5]
    assert spool.read(10, 1000, after=5) == []


def test_an_entry_beyond_the_bytes_comes_alone(spool: Spool) -> None:
    spool.append(new_entries(b"x" * 5000, b"y"))
    assert [entry.id for entry in spool.read(10, 100)] == [1]


def test_deleted_entries_are_gone_and_deleting_them_again_is_no_error(spool: Spool) -> None:
    spool.append(new_entries(*[b"x"] * 5))
    spool.delete([2, 4])
    spool.delete([2, 77])
    assert [entry.id for entry in read_all(spool)] == [1, 3, 5]
    assert (spool.depth, spool.deleted) == (3, 2)


def test_ids_never_come_twice(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(b"a", b"b"))
        spool.delete([2])
    with Spool.open(folder) as spool:
        assert spool.append(new_entries(b"c")) == [3]
        spool.delete([1, 3])
        assert spool.append(new_entries(b"d")) == [4]


def test_entries_outlive_a_close(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(b"a", b"b", b"c"))
        spool.delete([1])
    with Spool.open(folder) as spool:
        assert [entry.payload for entry in read_all(spool)] == [b"b", b"c"]
        assert spool.depth == 2


def test_a_spool_that_holds_nothing_leaves_nothing(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(b"a"))
        spool.delete([1])
    assert list(folder.iterdir()) == []


def test_nothing_is_appended_beyond_the_limit(folder: Path) -> None:
    with Spool.open(folder, limit_bytes=1 << 20) as spool:
        ids = append_until_full(spool, NewEntry(b"x" * 9000))
        with pytest.raises(SpoolFull, match="limit of 1048576 bytes"):
            spool.append(new_entries(b"x" * 9000))
        assert spool.stats().size_bytes <= 1 << 20
        assert len(ids) == spool.depth > 80
        spool.delete(ids[:20])
        assert spool.append(new_entries(*[b"y" * 9000] * 5)) == [*range(ids[-1] + 1, ids[-1] + 6)]


def test_a_batch_is_kept_whole_or_not_at_all(folder: Path) -> None:
    with Spool.open(folder, limit_bytes=1 << 20) as spool:
        with pytest.raises(SpoolFull):
            spool.append(new_entries(b"x", b"y" * (1 << 20)))
        assert (spool.depth, spool.appended) == (0, 0)


def test_no_entries_are_no_work(spool: Spool) -> None:
    assert spool.append([]) == []
    spool.delete([])
    assert spool.depth == 0


def test_the_figures(spool: Spool, clock: Clock) -> None:
    spool.append(new_entries(b"a", b"b", b"c"))
    first = clock.now
    clock.advance(seconds=90)
    spool.append(new_entries(b"d"))
    spool.delete([1])
    spool.quarantine.move(2, "no")
    stats = spool.stats()
    assert (stats.depth, stats.quarantined, stats.damaged) == (2, 1, 0)
    assert (stats.appended, stats.deleted) == (4, 1)
    assert stats.oldest_at == first
    assert stats.oldest_age is not None
    assert stats.oldest_age.total_seconds() == 90
    assert 0 < stats.size_bytes < stats.file_bytes
    assert stats.ballast_bytes == 4 << 20


def test_keys_are_counted(spool: Spool) -> None:
    spool.append([NewEntry(b"1", "a"), NewEntry(b"2", "b"), NewEntry(b"3", "a"), NewEntry(b"4")])
    assert spool.waiting_keys() == {"a": 2, "b": 1}


def test_a_closed_spool_says_so(folder: Path) -> None:
    spool = Spool.open(folder)
    spool.close()
    spool.close()
    with pytest.raises(SpoolUnavailable, match="closed"):
        spool.append(new_entries(b"x"))


def test_a_long_backlog_gives_its_room_back_when_it_is_drained(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(*[b"x" * 50_000] * 200))
        assert spool.stats().file_bytes > 10_000_000
        spool.delete([entry.id for entry in read_all(spool)])
        assert spool.stats().file_bytes < 1_000_000


def test_nothing_deleted_is_left_in_the_files(folder: Path) -> None:
    canary = b"4f1c-canary"
    with Spool.open(folder) as spool:
        spool.append(new_entries(*[canary * 50] * 300, canary * 10_000, key="4f1c-canary"))
        spool.append(new_entries(b"kept"))
        spool.quarantine.drop(spool.quarantine.move(5, "4f1c-canary"))
        assert any(canary in path.read_bytes() for path in folder.iterdir())
        spool.delete([entry.id for entry in read_all(spool)])
        assert not any(canary in path.read_bytes() for path in folder.iterdir())
        assert spool.append(new_entries(b"still usable"))
