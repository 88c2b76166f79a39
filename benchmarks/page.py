"""The page of the benchmarks, made of the files in `benchmarks/results` and of nothing else."""

from pathlib import Path

from benchmarks.results import Result, saved
from benchmarks.sections import PLOTS, SECTIONS, growth

DOCS = Path(__file__).parents[1] / "docs" / "reference"

_HEAD = Path(__file__).with_suffix(".md")


def page(results: dict[str, Result]) -> tuple[str, dict[str, str]]:
    """Return the page, and the plots by the name of their file."""
    plots: dict[str, str] = {}
    sections = [_HEAD.read_text(encoding="utf-8")]
    for name, result in results.items():
        kind = name.partition("-")[0]
        if kind in SECTIONS:
            sections.append("\n".join(SECTIONS[kind](result, plots)) + "\n")
    sized = [result for name, result in results.items() if name.startswith("reads-")]
    if len(sized) > 1:
        sections.append("\n".join(growth(sized)))
    return "\n".join(section.strip() + "\n" for section in sections), plots


def main() -> None:
    """Write the page and its plots."""
    text, plots = page(saved())
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")
    folder = DOCS / PLOTS
    folder.mkdir(exist_ok=True)
    for name, plot in plots.items():
        (folder / name).write_text(plot, encoding="utf-8")


if __name__ == "__main__":
    main()
