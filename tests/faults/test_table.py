from pathlib import Path

import pytest

from tests.faults.table import Row, lines

pytest_plugins = ("pytester",)

ROW = Row("bot killed", "SIGKILL x 50", "0 lost", "9 acknowledged, 0 lost", "yes")


def test_columns_line_up() -> None:
    other = ROW._replace(fault="frozen", met="not run")
    assert lines([ROW, other], full=True) == [
        "faults",
        "fault      | how          | required | measured               | met",
        "bot killed | SIGKILL x 50 | 0 lost   | 9 acknowledged, 0 lost | yes",
        "frozen     | SIGKILL x 50 | 0 lost   | 9 acknowledged, 0 lost | not run",
    ]


def test_the_short_form_says_so() -> None:
    assert "short form" in lines([ROW], full=False)[0]


def test_several_tests_of_one_fault_are_met_when_all_are() -> None:
    table = lines([ROW, ROW._replace(measured="1 lost", met="NO"), ROW], full=True)
    assert table[-1].endswith("| 9 acknowledged, 0 lost; 1 lost | NO")
    assert len(table) == 3


@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_run_ends_with_the_table(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    monkeypatch.setenv("MESSAGESTORE_FAULTS", "full")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makepyfile(
        """
        import pytest

        fault = lambda name: pytest.mark.fault(name, how="so", required="0")

        @fault("a passes")
        def test_passes(figures):
            figures("0 of 5")

        @fault("b fails")
        def test_fails(figures):
            figures("1 of 5")
            assert False

        @fault("c skips")
        def test_skips(figures):
            pytest.skip("no disk")

        @fault("d measures nothing")
        def test_measures_nothing():
            pass

        @pytest.fixture
        def broken():
            raise OSError

        @fault("e errs")
        def test_errs(broken, figures):
            pass
        """
    )
    result = pytester.runpytest_subprocess(
        *("-p", "tests.faults.table", "-p", "no:cacheprovider", "-n", processes)
    )
    result.assert_outcomes(passed=2, failed=1, skipped=1, errors=1)
    assert [line.split(" | ") for line in result.outlines[-5:]] == [
        ["a passes          ", "so ", "0       ", "0 of 5  ", "yes"],
        ["b fails           ", "so ", "0       ", "1 of 5  ", "NO"],
        ["c skips           ", "so ", "0       ", "no disk ", "not run"],
        ["d measures nothing", "so ", "0       ", "        ", "no figure"],
        ["e errs            ", "so ", "0       ", "        ", "NO"],
    ]
