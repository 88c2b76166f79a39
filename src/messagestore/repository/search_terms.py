r"""What a person types into a search box, read.

`two words` both occur; `"a phrase"` occurs as it stands; `-word` and `-"a phrase"` do not occur.
Letters match in either case; `%`, `_` and `\` mean themselves. A term without three letters or
digits in a row matches as whole words (`no` does not find `know`, nor `C++` find `ABC++`), and
excludes as such; any other matches anywhere, as do characters of scripts without spaces, and
symbols.
"""

import re
import unicodedata
from enum import Enum
from functools import cache
from itertools import chain

import msgspec

from messagestore.errors import InvalidQuery

MAX_TERMS = 20
MAX_QUERY_LENGTH = 1000

MAX_LOOKUPS = 3
"""How many patterns search_by_trigram.sql looks up."""

LONG_WORD = 5
"""Letters of a word from which on its own trigrams, three or more, are looked up for its phrase."""

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ASCII_RUN = re.compile("[A-Za-z0-9]+")
_GLYPH = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3040-\u312f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001f000-\U0001faff"
    "\U00020000-\U0003ffff]"
)
"""The class of messagestore_glyphs in 0003_search.sql."""


class Reach(Enum):
    """What in a term an index can look up, best first."""

    TRIGRAM = 1
    GLYPH = 2
    WORD = 3
    NOTHING = 4


class SearchTerms(msgspec.Struct, frozen=True):
    """A search as the statements take it.

    All of `patterns` (ILIKE) and `expressions` (~*) match, and none of `excluded` (ILIKE).
    `reach` is the best that any term offers, and `leading` are the terms that offer it, the longest
    first.
    """

    reach: Reach
    leading: list[str]
    patterns: list[str]
    expressions: list[str]
    excluded: list[str]

    @property
    def driver(self) -> str | list[str]:
        """What is looked up in an index, which finds all that match and others.

        For TRIGRAM up to three patterns, the longest first; else a text.
        """
        if self.reach is Reach.TRIGRAM:
            texts = sorted(chain.from_iterable(map(_lookups, self.leading)), key=len, reverse=True)
            return [f"%{_escape(text)}%" for text in texts[:MAX_LOOKUPS]]
        return _longest_run(self.leading[0]) if self.reach is Reach.WORD else self.leading[0]


def parse_search(query: str) -> SearchTerms:
    """Read a search. Raises InvalidQuery when nothing in it can be looked up."""
    if not isinstance(query, str) or len(query) > MAX_QUERY_LENGTH:
        raise InvalidQuery(f"A search is a text of at most {MAX_QUERY_LENGTH} characters")
    if _UNSTORABLE.search(query):
        raise InvalidQuery("A search cannot hold NUL or half a surrogate pair; no message does")
    wanted, excluded = _split(query)
    reach = {term: reach_of(term) for term in (*wanted, *excluded)}
    ranked = sorted(wanted, key=lambda term: (reach[term].value, -len(term)))
    if not ranked or reach[ranked[0]] is Reach.NOTHING:
        raise InvalidQuery("Search for at least one word, number or symbol that is not excluded")
    words = [term for term in ranked if reach[term] is Reach.WORD]
    unwanted = [term for term in excluded if reach[term] is Reach.WORD]
    return SearchTerms(
        reach=reach[ranked[0]],
        leading=[term for term in ranked if reach[term] is reach[ranked[0]]],
        patterns=[f"%{_escape(term)}%" for term in ranked if term not in words],
        expressions=[_whole_words(term) for term in words]
        + [f"^(?!.*{_whole_words(term)})" for term in unwanted],
        excluded=[f"%{_escape(term)}%" for term in excluded if term not in unwanted],
    )


def _lookups(term: str) -> list[str]:
    """Return the words of a term that an index can look up, or the term when they are short.

    The trigrams at the edge of a word, which only the whole term has, stand in a good part of all
    messages. Where a long word is selective enough, they made a phrase take half as long again.
    """
    runs = _runs(term)
    if len(max(runs, key=len, default="")) < LONG_WORD:
        return [term]
    return [run for run in runs if reach_of(run) is Reach.TRIGRAM]


def reach_of(term: str) -> Reach:
    """Say what in a term an index can look up."""
    run = _longest_run(term)
    # A trigram has three characters. A mark is one of them where the C library calls it a letter,
    # and parts words elsewhere; two letters before or after it still make a trigram with its edge.
    if len(run) >= 3 and (  # noqa: PLR2004
        run.isascii() or sum(not _is_mark(character) for character in run) >= 2  # noqa: PLR2004
    ):
        return Reach.TRIGRAM
    if _GLYPH.search(term):
        return Reach.GLYPH
    return Reach.WORD if run else Reach.NOTHING


def _split(query: str) -> tuple[list[str], list[str]]:
    wanted: dict[str, None] = {}
    excluded: dict[str, None] = {}
    for minus, phrase, word in _TERM.findall(query):
        term = (phrase or word).strip()
        if term:
            (excluded if minus else wanted)[term] = None
    if len(wanted) + len(excluded) > MAX_TERMS:
        raise InvalidQuery(f"A search has at most {MAX_TERMS} terms")
    return list(wanted), list(excluded)


def _escape(term: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", term)


def _whole_words(term: str) -> str:
    r"""Write the regular expression of a term that begins and ends at the edges of words.

    Not with \m and \M: after a character that is a letter to Python only they never match.
    """
    start = f"(?<!{_word_character()})" if _is_of_word(term[0]) else ""
    end = f"(?!{_word_character()})" if _is_of_word(term[-1]) else ""
    return start + re.escape(term) + end


@cache
def _word_character() -> str:
    r"""Write the class of what words are made of.

    Where PostgreSQL's locale provider is its own, \w lacks all digits but ASCII's; pg_trgm, which
    asks the C library, has them.
    """
    zeros = (code for code in range(0, 0x20000, 2) if unicodedata.decimal(chr(code), -1) == 0)
    digits = "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in zeros)
    return rf"[\w{digits}]"


def _longest_run(term: str) -> str:
    return max(_runs(term), key=len, default="")


def _runs(term: str) -> list[str]:
    """Return the runs of letters and digits, marks that belong to letters included."""
    if term.isascii():
        return _ASCII_RUN.findall(term)
    spaced = "".join(character if _is_of_word(character) else " " for character in term)
    return [run for run in spaced.split() if not all(map(_is_mark, run))]


def _is_of_word(character: str) -> bool:
    # Not isalnum(): it counts ² and ½, which pg_trgm does not.
    return character.isalpha() or character.isdecimal() or _is_mark(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
