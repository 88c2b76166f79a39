"""Only a power cut tests an fsync, and only with a control that fails."""

from pathlib import Path

import pytest

from messagestore.logger.spool import Spool
from tests.faults.spool.filesystem import cut_power, make, mounted, require_loop_devices
from tests.faults.table import Figures
from tests.unit.spool.helpers import Account, payload_of, python, read_all


def cut_while_writing(folder: Path, synchronous: str, acknowledgements: int) -> tuple[int, int]:
    """Return how many entries were acknowledged, and how many of them are lost."""
    account = Account()
    image = make(folder, 64)
    # With a long commit interval ext4 itself brings nothing to the disk in time.
    with mounted(image, "commit=300") as place:
        module = "tests.unit.spool.writer_process"
        with python(module, place / "spool", synchronous) as process:
            assert process.stdout is not None
            cut_at: int | None = None
            for line in process.stdout:
                account.note(line, until=cut_at)
                if cut_at is None and len(account.appended) >= acknowledgements:
                    cut_at = cut_power(place)
        assert cut_at is not None
    with mounted(image) as place, Spool.open(place / "spool") as spool:
        entries = read_all(spool)
        assert all(entry.payload == payload_of(entry.id) for entry in entries)
        lost, back = account.check({entry.id for entry in entries})
    image.unlink()
    if synchronous == "FULL":
        assert back == set()
    return len(account.appended), len(lost)


def lost_in_cuts(folder: Path, synchronous: str, rounds: int, figures: Figures) -> int:
    """Return how many acknowledged entries so many cuts lost, and report it."""
    cuts = [cut_while_writing(folder, synchronous, 500 + 700 * turn) for turn in range(rounds)]
    acknowledged, lost = sum(count for count, _ in cuts), sum(lost for _, lost in cuts)
    figures(f"{rounds} cuts, {acknowledged:,} acknowledged, {lost} lost")
    return lost


@pytest.fixture
def rounds(*, full_form: bool) -> int:
    require_loop_devices()
    return 20 if full_form else 3


@pytest.mark.fault("spool power cut", how="the file system shut down x 20", required="0 lost")
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    tmp_path: Path, rounds: int, figures: Figures
) -> None:
    """0 lost, and nothing that was deleted is back.

    Fails without `synchronous="FULL"` in Store._prepare, as the control below shows.
    """
    assert lost_in_cuts(tmp_path, "FULL", rounds, figures) == 0


@pytest.mark.fault(
    "spool power cut, control", how="the same with synchronous NORMAL", required="some lost"
)
def test_the_control_with_synchronous_normal_loses_some(
    tmp_path: Path, rounds: int, figures: Figures
) -> None:
    """Shows that the cut above is one: without an fsync for each commit entries are lost."""
    assert lost_in_cuts(tmp_path, "NORMAL", rounds, figures) > 0
