"""README repeats figures of the committed results, and no others."""

import pytest

from benchmarks.headlines import README, headlines, with_headlines
from benchmarks.results import saved


def test_readme_has_the_figures_of_the_results() -> None:
    """Fails when a result is committed without `python -m benchmarks.page`."""
    text = README.read_text(encoding="utf-8")
    assert with_headlines(text, headlines(saved())) == text


def test_the_figures_are_those_of_the_largest_data_set() -> None:
    results = saved()
    largest = max(result.rows for name, result in results.items() if name.startswith("reads-"))
    read = next(
        read for read in results[f"reads-{largest}"].figures["reads"] if read["name"] == "by id"
    )
    block = headlines(results)
    assert (
        f"| a message by its id, of {largest:,} messages | {read['library']['p50']:.2f} ms" in block
    )
    assert len([line for line in block.splitlines() if line.startswith("|")]) in {7, 8}


def test_what_was_not_measured_is_left_out() -> None:
    assert headlines({}).startswith("| | measured |\n|---|---|\n\n`make bench`")


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_headlines("# nothing\n", "block")
