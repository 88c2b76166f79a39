"""pywa 4: `capture(wa, store)` stores what a bot receives and sends.

Comes with `pip install messagestore[pywa]`. What comes in is seen by `webhook_update_validator`,
once its signature is good and before Meta is answered, or else by `webhook_update_handler`; a
handler of the bot's would see the first message of a batch only. What goes out is seen by the HTTP
client, through which every method of `wa` goes.
"""

from typing import overload

from messagestore.blocking import BlockingStore
from messagestore.errors import InvalidSettings
from messagestore.store import MessageStore

try:
    from pywa.client import WhatsApp
    from pywa_async.client import WhatsApp as AsyncWhatsApp
except ModuleNotFoundError as error:
    sentence = "pywa is not installed: pip install 'messagestore[pywa]'"
    raise ModuleNotFoundError(sentence, name=error.name) from error

from messagestore.integrations.pywa_async import capture_async
from messagestore.integrations.pywa_sync import capture_sync

__all__ = ["capture"]


@overload
def capture(wa: AsyncWhatsApp, store: MessageStore) -> None: ...


@overload
def capture(wa: WhatsApp, store: BlockingStore) -> None: ...


def capture(wa: WhatsApp, store: BlockingStore | MessageStore) -> None:
    """Store everything that a client receives and sends; call it before the bot starts.

    The client of `pywa` takes a BlockingStore, that of `pywa_async` a MessageStore. Raises
    InvalidSettings for the wrong one of the two, and for a client that is captured already.
    """
    if isinstance(wa, AsyncWhatsApp) and isinstance(store, MessageStore):
        capture_async(wa, store)
    elif not isinstance(wa, AsyncWhatsApp) and isinstance(store, BlockingStore):
        capture_sync(wa, store)
    else:
        raise InvalidSettings(
            "a client of pywa takes a BlockingStore, of pywa_async a MessageStore"
        )
