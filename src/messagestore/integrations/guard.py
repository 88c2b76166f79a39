"""What goes wrong in a hook stays there: the bot's author sees what they would see without it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from messagestore.errors import MessageStoreError

_log = logging.getLogger("messagestore")


@contextmanager
def harmless() -> Iterator[None]:
    """Report an error, and go on after the block.

    Only our own errors are named with their sentence: that of another may hold personal data.
    """
    try:
        yield
    except MessageStoreError as error:
        _log.error("a message was not logged: the hook met %s: %s", type(error).__name__, error)
    except Exception as error:  # noqa: BLE001 (a hook raises nothing into the bot)
        _log.error("a message was not logged: the hook met %s", type(error).__name__)
