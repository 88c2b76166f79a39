import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from messagestore.errors import SpoolUnavailable
from messagestore.logger.spool import Spool, orphans
from messagestore.logger.spool.claim import Claim
from tests.unit.spool.helpers import Account, new_entries, python, read_all

MODULE = "tests.unit.spool.claim_process"


def test_every_spool_of_a_folder_is_its_own(folder: Path) -> None:
    with Spool.open(folder) as one, Spool.open(folder) as other:
        assert one.path != other.path
        assert orphans(folder) == []
        assert Spool.adopt(one.path) is None


def test_what_an_owner_left_is_opened_first(folder: Path) -> None:
    with Spool.open(folder) as spool:
        spool.append(new_entries(b"left"))
        path = spool.path
    assert orphans(folder) == [path]
    with Spool.open(folder) as spool:
        assert spool.path == path
        assert [entry.payload for entry in read_all(spool)] == [b"left"]


def test_an_orphan_is_adopted_drained_and_removed(folder: Path) -> None:
    with Spool.open(folder) as one, Spool.open(folder) as other:
        one.append(new_entries(b"one"))
        other.append(new_entries(b"other"))
    with Spool.open(folder) as own:
        (orphan,) = orphans(folder)
        adopted = Spool.adopt(orphan)
        assert adopted is not None
        with adopted:
            assert [entry.payload for entry in read_all(adopted)] == [b"other"]
            adopted.delete([1])
        assert orphans(folder) == []
        assert not orphan.exists()
        assert own.depth == 1
        assert Spool.adopt(orphan) is None
        assert {path.stem for path in folder.iterdir()} == {own.path.stem}


def test_what_a_dead_owner_left_half_made_is_swept_up(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "a.lock").touch()
    (folder / "a.ballast").write_bytes(b"x")
    (folder / "b.spool").touch()
    with Spool.open(folder) as spool:
        assert spool.path == folder / "b.spool"
        assert spool.append(new_entries(b"x")) == [1]
        assert not (folder / "a.lock").exists()
        assert not (folder / "a.ballast").exists()


def test_sixteen_processes_never_share_a_file(folder: Path) -> None:
    """Fails without the LOCK_EX of Claim.take: several take the same orphan."""
    with ExitStack() as stack:
        for spool in [stack.enter_context(Spool.open(folder)) for _ in range(8)]:
            spool.append(new_entries(b"left"))
    with ExitStack() as stack:
        processes = [stack.enter_context(python(MODULE, folder)) for _ in range(16)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [process.stdout.readline().split() for process in processes if process.stdout]
        acknowledged = [process.stdout.readline() for process in processes if process.stdout]
        assert acknowledged == ["appended\n"] * 16
        assert len({path for path, _ in answers}) == 16
        assert sorted(depth for _, depth in answers) == ["0"] * 8 + ["1"] * 8
        assert orphans(folder) == []
    assert len(orphans(folder)) == 16


def test_a_lock_that_its_last_owner_removed_is_nobodys(folder: Path) -> None:
    """Fails without `_is_still` in Claim.take: two have the file at once."""
    folder.mkdir(mode=0o700)
    path, inside = folder / "a.spool", folder / "inside"

    def come_and_go() -> None:
        for _ in range(500):
            claim = Claim.take(path)
            if claim is not None:
                inside.touch(exist_ok=False)
                inside.unlink()
                claim.remove()

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(come_and_go) for _ in range(8)]:
            done.result()
    assert list(folder.iterdir()) == []


def test_a_forked_child_neither_keeps_the_file_nor_uses_it(folder: Path) -> None:
    spool = Spool.open(folder)
    spool.append(new_entries(b"before"))
    wal = spool.path.with_suffix(".spool-wal")
    inode = wal.stat().st_ino
    child = os.fork()
    if not child:
        try:
            spool.append(new_entries(b"child's"))
        except SpoolUnavailable:
            # What an interpreter does at its end; the parent's WAL must outlive it.
            spool._keeper._drop_store()
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert wal.stat().st_ino == inode
    spool.append(new_entries(b"after"))
    spool._keeper._claim.release()
    spool._keeper._drop_store()
    with Spool.open(folder) as again:
        assert [entry.payload for entry in read_all(again)] == [b"before", b"after"]


@pytest.mark.parametrize("round_", range(3))
def test_a_killed_writer_lost_nothing_that_it_acknowledged(folder: Path, round_: int) -> None:
    account = Account()
    with python("tests.unit.spool.writer_process", folder) as process:
        assert process.stdout is not None
        for line in process.stdout:
            account.note(line)
            if len(account.appended) > 1000 * (round_ + 1):
                process.kill()
    with Spool.open(folder) as spool:
        found = {entry.id for entry in read_all(spool)}
        assert spool.verify().damaged == ()
    assert account.check(found) == (set(), set())
