"""Variants of statements for Citus, each under the name of the one that it replaces.

There is one only where a rule of Citus forces it, and its head says which. docs/reference/citus.md
lists them.
"""

from functools import cache
from importlib.resources import files

from messagestore.repository import queries


@cache
def variants() -> dict[str, str]:
    """Return the text to run on Citus for each statement that has a variant."""
    names = [file.name for file in files(__name__).iterdir() if file.name.endswith(".sql")]
    return {
        queries.sql(name.removesuffix(".sql")): files(__name__).joinpath(name).read_text("utf-8")
        for name in names
    }
