"""Statements in `.sql` files beside the code that runs them, one a file."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files


def statements_of(package: str) -> Callable[[str], str]:
    """Return what reads `<name>.sql` of a package; each file is read once."""

    @cache
    def sql(name: str) -> str:
        return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")

    return sql
