"""Exit codes: what a script may rely on, and which error means which of them."""

from enum import IntEnum

from messagestore.errors import (
    DatabaseError,
    EmbeddedServerError,
    InvalidQuery,
    InvalidSettings,
    RecordRefused,
    SchemaMismatch,
)


class ExitCode(IntEnum):
    """What a command came to."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNAVAILABLE = 3
    SCHEMA = 4
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.REFUSED: "something was refused or not found, or failed unexpectedly",
    ExitCode.USAGE: "wrong usage or settings",
    ExitCode.UNAVAILABLE: "the database is not available, or read-only",
    ExitCode.SCHEMA: "the tables have another version: run messagestore migrate",
    ExitCode.INTERRUPTED: "interrupted",
}

_BY_ERROR: tuple[tuple[type[BaseException], ExitCode], ...] = (
    (KeyboardInterrupt, ExitCode.INTERRUPTED),
    (InvalidSettings, ExitCode.USAGE),
    (InvalidQuery, ExitCode.USAGE),
    (SchemaMismatch, ExitCode.SCHEMA),
    (RecordRefused, ExitCode.REFUSED),
    (DatabaseError, ExitCode.UNAVAILABLE),
    (EmbeddedServerError, ExitCode.UNAVAILABLE),
)
"""The first that fits counts: kinds stand before the kind that they are of."""


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code that an error means."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), ExitCode.REFUSED)
