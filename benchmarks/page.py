"""The page of the benchmarks, made of the files in `benchmarks/results` and of nothing else."""

from pathlib import Path

from benchmarks.headlines import README, headlines, with_headlines
from benchmarks.peers.section import PEER_SECTIONS
from benchmarks.results import Result, saved
from benchmarks.scale_sections import SCALE_SECTIONS
from benchmarks.sections import PLOTS, SECTIONS
from benchmarks.size_sections import SIZE_SECTIONS

DOCS = Path(__file__).parents[1] / "docs" / "reference"

_HEAD = Path(__file__).with_suffix(".md")


def page(results: dict[str, Result]) -> tuple[str, dict[str, str]]:
    """Return the page, and the plots by the name of their file."""
    plots: dict[str, str] = {}
    by_kind = SECTIONS | SIZE_SECTIONS | PEER_SECTIONS | SCALE_SECTIONS
    ordered = sorted(results.values(), key=lambda result: (_kind(result), result.rows))
    sections = [
        "\n".join(by_kind[_kind(result)](result, plots))
        for result in ordered
        if _kind(result) in by_kind
    ]
    head = _HEAD.read_text(encoding="utf-8")
    return "\n".join(section.strip() + "\n" for section in (head, *sections)), plots


def _kind(result: Result) -> str:
    return result.name.partition("-")[0]


def main() -> None:
    """Write the page, its plots, and the block in README."""
    results = saved()
    text, plots = page(results)
    readme = with_headlines(README.read_text(encoding="utf-8"), headlines(results))
    README.write_text(readme, encoding="utf-8")
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")
    folder = DOCS / PLOTS
    folder.mkdir(exist_ok=True)
    for name, plot in plots.items():
        (folder / name).write_text(plot, encoding="utf-8")


if __name__ == "__main__":
    main()
