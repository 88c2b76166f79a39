"""CSV cells that no spreadsheet takes for a formula.

After OWASP's advice on CSV injection: a cell that begins with one of these characters is run as a
formula when a spreadsheet opens it, and a `'` before it makes it text. Numbers and ids are no
exception: what looks like one may be `-2+3+cmd|…`.
"""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms, which East Asian spreadsheets read as the others."""


def neutralised(cell: str) -> str:
    """Return the cell as text that stays text."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
