"""What APSW and the system raise, in our terms."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from messagestore.errors import SpoolFull, SpoolUnavailable

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

DAMAGE = (apsw.CorruptError, apsw.NotADBError, apsw.TooBigError, apsw.MismatchError)
"""What SQLite raises for bytes that are not what it wrote."""


class DamageFound(Exception):
    """The file is not what was written. It stays inside: the spool rebuilds the file."""


@contextmanager
def translated(connection: apsw.Connection | None = None) -> Iterator[None]:
    """Raise SpoolFull, SpoolUnavailable or DamageFound for what SQLite or the system raised.

    The sentences name what failed, never a path's content: no byte of an entry gets into them.
    """
    try:
        yield
    except DAMAGE as error:
        raise DamageFound(f"SQLite found damage ({type(error).__name__})") from error
    except apsw.FullError as error:
        raise SpoolFull("The disk that holds the spool is full: free space on it.") from error
    except apsw.Error as error:
        code = 0 if connection is None else connection.system_errno
        if code in NO_ROOM:
            raise SpoolFull("The spool's disk quota is used up: free space.") from error
        raise SpoolUnavailable(
            f"The spool's file cannot be used ({type(error).__name__}, system's "
            f"code {code}): look at its disk and its permissions."
        ) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise SpoolFull("The disk that holds the spool is full: free space on it.") from error
        raise SpoolUnavailable(
            f"The spool's folder cannot be used ({error.strerror}): look at its permissions and "
            "its disk."
        ) from error
