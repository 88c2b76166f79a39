"""What the hook into pywa stores, whether the bot is synchronous or not."""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import httpx
from pywa.client import WhatsApp

from messagestore.event import Event, MessageReceived
from messagestore.integrations.guard import harmless
from messagestore.integrations.pywa_directory import Directory
from messagestore.logger.sending import Answer
from messagestore.message import NewMessage
from messagestore.preparation import new_local_id
from messagestore.providers.whatsapp_cloud.sends import (
    Send,
    may_send,
    response_of,
    sent_message,
)

_stored: ContextVar[tuple[Any, bytes] | None] = ContextVar("stored", default=None)
"""The update that this request has stored: pywa hands it to its validator, then to its handler."""


def is_stored(hook: object, update: bytes) -> bool:
    """Return whether a hook has stored this update already, in this request."""
    return _stored.get() == (hook, update)


def note_stored(hook: object, update: bytes) -> None:
    """Note that a hook has stored this update."""
    _stored.set((hook, update))


def session_of(wa: WhatsApp) -> Any:
    """Return the HTTP client that a client sends through; None for one without a token."""
    try:
        return wa.api._session  # noqa: SLF001 (pywa shows it nowhere else)
    except ValueError:
        return None


def send_of(request: httpx.Request) -> Send | None:
    """Return what a request sends, if it sends something."""
    with harmless():
        if may_send(request.method, request.url.path):  # the body of an upload is not to be read
            return Send.of(request.method, request.url.path, request.content)
    return None


class Call:
    """A request that sends, and what is to be stored of it before and after."""

    def __init__(self, send: Send, directory: Directory) -> None:
        self._message: NewMessage | None = None
        self._reaction: Event | None = None
        with harmless():
            business = directory.business(send.phone_number_id)
            self._reaction = send.reaction(business=business)
            self._message = send.message(
                message_id=new_local_id(),
                business=business,
                person=directory.person(send.user_id),
            )

    @property
    def messages(self) -> Sequence[NewMessage]:
        """What to store before the request is made."""
        return [] if self._message is None else [self._message]

    def take(self, answer: Answer, response: httpx.Response) -> list[Event]:
        """Note what was answered; return what else is to be stored.

        A message that Meta took for another number than it was asked for is stored as Meta has it,
        and takes the place of the queued one.
        """
        said = response_of(response.status_code, response.content)
        if said.error is not None:
            answer.failed(_without_token(said.error, response.request))
            return []
        answer.sent(said.message_id)
        if self._message is None:
            return [self._reaction] if self._reaction else []
        sent = sent_message(self._message, said)
        moved = said.message_id and sent.context_id != self._message.context_id
        return [MessageReceived(message=sent)] if moved else []


def _without_token(error: str, request: httpx.Request) -> str:
    """Return Meta's sentence: it repeats an access token that it finds malformed."""
    token = request.headers.get("Authorization", "").partition(" ")[2]
    return error.replace(token, "(secret)") if token else error
