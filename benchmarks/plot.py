"""Plots as SVG, drawn from figures without any library."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import count

_WIDTH = 760
_LABELS = 250
_BAR = 9
_GAP = 9
_HEAD = 44
_COLOURS = ("#2563eb", "#f59e0b", "#10b981", "#8b5cf6")


def bars(title: str, rows: Sequence[tuple[str, Mapping[str, float]]], *, unit: str) -> str:
    """Draw a group of bars a row, one for each of its named figures, on a logarithmic scale."""
    names = list(dict.fromkeys(name for _, figures in rows for name in figures))
    group = _BAR * len(names) + _GAP
    height = _HEAD + group * len(rows) + 24
    low, high = _decades([value for _, figures in rows for value in figures.values()])
    parts = [_text(8, 18, title, size=14), *_legend(names), *_grid(low, high, height, unit)]
    for place, (label, figures) in enumerate(rows):
        top = _HEAD + place * group
        parts.append(_text(_LABELS - 6, top + group / 2, label, anchor="end"))
        for number, name in enumerate(names):
            if name in figures:
                length = _at(figures[name], low, high) - _LABELS
                y = top + number * _BAR
                parts.append(
                    f'<rect x="{_LABELS}" y="{y}" width="{max(1.0, length):.1f}" '
                    f'height="{_BAR - 1}" fill="{_COLOURS[number % len(_COLOURS)]}">'
                    f"<title>{escape(name)}: {figures[name]:g} {unit}</title></rect>"
                )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    known = [value for value in values if value > 0] or [1.0]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    return low, max(high, low + 1)


def _at(value: float, low: int, high: int) -> float:
    """Return where on the scale a value is; what is nought is at its beginning."""
    share = (math.log10(max(value, 10.0**low)) - low) / (high - low)
    return _LABELS + share * (_WIDTH - _LABELS - 24)


def _grid(low: int, high: int, height: int, unit: str) -> list[str]:
    parts = []
    for exponent in range(low, high + 1):
        x = _at(10.0**exponent, low, high)
        parts.append(
            f'<line x1="{x:.1f}" y1="{_HEAD - 4}" x2="{x:.1f}" y2="{height - 20}" stroke="#ddd"/>'
        )
        parts.append(_text(x, height - 6, f"{10.0**exponent:g} {unit}", anchor="middle"))
    return parts


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for name, colour, x in zip(names, _COLOURS, count(_LABELS, 130), strict=False):
        parts.append(f'<rect x="{x}" y="26" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 14, 35, name))
    return parts


def _text(x: float, y: float, text: str, *, size: int = 11, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#222">'
        f"{escape(text)}</text>"
    )
