"""Tells an outage from a refused record, in one place, for the whole project.

The rule: a database error is the record's fault only when its SQLSTATE says so. Everything else,
known or not, is an outage, because an outage is retried and loses nothing, while a record that is
taken for bad is not tried again. The messages repeat no value: PostgreSQL's DETAIL holds the row.
"""

import asyncio
import re
import ssl
from contextlib import AbstractContextManager
from types import TracebackType

import asyncpg

from messagestore.errors import (
    DatabaseError,
    DatabaseReadOnly,
    DatabaseUnavailable,
    LoginRefused,
    RecordRefused,
    SchemaMismatch,
)

CONTENT_CLASSES = ("22", "23", "54")
"""SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded."""

LOGIN_CLASSES = ("28", "3D")
"""SQLSTATE classes: invalid authorization, invalid catalog name."""

READ_ONLY = "25006"

PASSING_RULES = ("messages_upper_bound",)
"""Constraints that stand for seconds, while months are begun: what they refuse is stored later."""
SCHEMA_STATES = ("42P01", "42703", "42883", "3F000")
"""Undefined table, column or function, invalid schema name."""

CONFLICT_STATES = ("40001", "40P01")
"""Serialization failure and deadlock: the transaction as a whole is tried again at once."""

_ADVICE = {
    "26": "behind pgbouncer before 1.21, set statement_cache_size to 0",
    "28": "check the user and the password in the database URL",
    "3D": "create the database, or correct its name in the database URL",
    "42": "give the database's user the rights that docs/howto/database-user.md lists",
    "53": "the server is out of connections, memory or disk; free some and try again",
    "57": "the server is stopping, starting or cancelled the statement; try again",
}

_WORDS = re.compile(r"\w+")
_SHARD = re.compile(r"_\d+\Z")

_CLIENT = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""A closed pool, and a connection that was cut between two of its own messages."""

_NETWORK = (OSError, asyncio.TimeoutError, ssl.SSLError, EOFError)


def is_conflict(error: BaseException | None) -> bool:
    """Whether the whole transaction should be tried again at once."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate in CONFLICT_STATES


def translate(error: Exception) -> DatabaseError:
    """Return our error for one that the driver raised."""
    if isinstance(error, asyncpg.PostgresError):
        return _translate_server_error(error)
    if isinstance(error, asyncio.TimeoutError):
        return DatabaseUnavailable("The database did not answer in time; try again later.")
    return DatabaseUnavailable(
        f"The database cannot be reached ({_describe(error)}); check that it runs and its URL."
    )


class _Translation:
    """A context manager without state, so that one serves all."""

    def __enter__(self) -> None:
        """Watch what comes."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Raise ours."""
        if isinstance(error, (asyncpg.PostgresError, *_CLIENT, *_NETWORK)):
            ours = translate(error)
            if isinstance(ours, RecordRefused):
                _forget_record(error)
            raise ours from error


_TRANSLATION = _Translation()


def translated() -> AbstractContextManager[None]:
    """Raise our errors instead of the driver's."""
    return _TRANSLATION


def _forget_record(error: BaseException) -> None:
    """Take out of the driver's error the record that it repeats: nothing may come to show it."""
    error.args = ("its text is left out, as it may repeat the record",)
    vars(error).clear()
    error.__cause__ = error.__context__ = None


def _rule_of(error: asyncpg.PostgresError) -> str | None:
    """Return the constraint that refuses a row.

    Citus names a CHECK in the message alone, and mostly with the number of the shard behind.
    """
    named: str | None = getattr(error, "constraint_name", None)
    if named or not isinstance(error, asyncpg.CheckViolationError):
        return named
    words = [_SHARD.sub("", word) for word in _WORDS.findall(error.args[0])]
    # In the language of the server, so no other word is looked for. It repeats nothing of a row.
    return next((word for word in words if word in PASSING_RULES), words[-1] if words else None)


def _translate_server_error(error: asyncpg.PostgresError) -> DatabaseError:
    state = error.sqlstate or "XX000"
    if state == READ_ONLY:
        return DatabaseReadOnly(
            "The database is read-only (a standby, or default_transaction_read_only); "
            "point the URL at the primary."
        )
    if state in SCHEMA_STATES:
        return SchemaMismatch(
            f"The database lacks a table or column of this version ({_describe(error)}); "
            "run `messagestore migrate`."
        )
    if state.startswith(CONTENT_CLASSES):
        constraint = _rule_of(error)
        if constraint in PASSING_RULES:
            return DatabaseUnavailable(
                "The partitions of the messages are being changed, and none is there yet for a "
                "message dated so far ahead; try again later."
            )
        return RecordRefused(
            f"The database refuses the record for its content ({_describe(error)}"
            f"{f', rule {constraint}' if constraint else ''}); correct it and store it again."
        )
    if state.startswith(LOGIN_CLASSES):
        advice = _ADVICE[state[:2]]
        return LoginRefused(f"The database refuses the login ({_describe(error)}); {advice}.")
    advice = _ADVICE.get(state[:2], "try again later")
    return DatabaseUnavailable(f"The database refused the work ({_describe(error)}); {advice}.")


def _describe(error: Exception) -> str:
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}, SQLSTATE {state}" if state else type(error).__name__
