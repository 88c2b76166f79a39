"""Text that other people wrote, made safe to show in a terminal."""

import re
import unicodedata

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x1b[\]P^_X][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS: titles, links, clipboard
    r"|\x1b[ -/]*[0-~]?"  # the rest
)
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_DIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates: they reorder what stands beside the text."""


def plain(text: str) -> str:
    """Return the text without escape sequences, control characters and bidi overrides.

    Line breaks of every kind become one, and tabs a space; letters of every script, and the
    joiners that emoji need, stay.
    """
    lines = _LINE_BREAK.split(_ESCAPE_SEQUENCE.sub("", text.replace("\t", " ")))
    return "\n".join("".join(filter(_is_harmless, line)) for line in lines)


def plain_line(text: str) -> str:
    """Return the text as `plain` does, in one line."""
    return " ".join(plain(text).split())


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _DIRECTIONAL
