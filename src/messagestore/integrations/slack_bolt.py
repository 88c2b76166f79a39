"""Slack's Bolt: `App(before_authorize=capture(store))` stores what a bot receives and sends.

Comes with `pip install messagestore[slack-bolt]`. What comes in is seen after its signature was
checked and before Bolt drops the bot's own messages; what goes out, in `api_call`, through which
every method of every client goes, those of `say()` too.
"""

from typing import overload

from messagestore.blocking import BlockingStore
from messagestore.store import MessageStore

try:
    import slack_bolt  # noqa: F401 (it is missing here, not two imports further down)
except ModuleNotFoundError as error:
    sentence = "Bolt is not installed: pip install 'messagestore[slack-bolt]'"
    raise ModuleNotFoundError(sentence, name=error.name) from error

from messagestore.integrations.slack_clients import AsyncMiddleware, Middleware
from messagestore.integrations.slack_sync import capture_sync

__all__ = ["capture"]


@overload
def capture(store: BlockingStore) -> Middleware: ...


@overload
def capture(store: MessageStore) -> AsyncMiddleware: ...


def capture(store: BlockingStore | MessageStore) -> Middleware | AsyncMiddleware:
    """Store what every client of this process sends from now on; return what stores the rest.

    A BlockingStore is for `App`, a MessageStore for `AsyncApp`. Each of the two has one store at a
    time in a process: a later call takes the place of an earlier one.
    """
    if isinstance(store, BlockingStore):
        return capture_sync(store)
    # Its client needs aiohttp, which a synchronous bot need not have.
    from messagestore.integrations.slack_async import capture_async  # noqa: PLC0415 (see above)

    return capture_async(store)
