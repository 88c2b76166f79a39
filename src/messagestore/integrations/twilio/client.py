"""HTTP clients for `twilio.rest.Client` that store what goes through them.

A request for a message is stored as `queued` before it leaves, and as `sent` under Twilio's id, or
`failed` with Twilio's reason, after it. Other requests pass untouched.
"""

import inspect
from typing import Any, NamedTuple

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from messagestore.blocking import BlockingStore
from messagestore.event import Event
from messagestore.integrations.guard import harmless
from messagestore.logger.sending import Answer, sending
from messagestore.message import NewMessage
from messagestore.preparation import new_local_id
from messagestore.providers.twilio.sends import event_of, message_of, response_of
from messagestore.store import MessageStore

_FIRST_ERROR = 400

_SIGNATURE = inspect.signature(TwilioHttpClient.request)


class _Call(NamedTuple):
    method: str
    url: str
    data: dict[str, Any] | None


class StoringHttpClient(TwilioHttpClient):
    """The library's client, which stores; `options` are those of `TwilioHttpClient`.

    with BlockingStore.open() as store:
        client = Client(account_sid, auth_token, http_client=StoringHttpClient(store))
    """

    def __init__(self, store: BlockingStore, **options: Any) -> None:
        super().__init__(**options)
        self._store = store

    def request(self, *arguments: Any, **options: Any) -> Response:
        """Make the request; returns and raises what the library's client does."""
        call = _call(arguments, options)
        messages = _messages(call)
        if not messages:
            response = super().request(*arguments, **options)
            if changes := _changes(call, response):
                self._store.log_events(changes)
            return response
        with self._store.sending(messages) as answer:
            response = super().request(*arguments, **options)
            _note(answer, response)
        return response


class AsyncStoringHttpClient(AsyncTwilioHttpClient):
    """The library's asynchronous client, which stores.

    async with MessageStore.open() as store, AsyncStoringHttpClient(store) as http_client:
        client = Client(account_sid, auth_token, http_client=http_client)
    """

    def __init__(self, store: MessageStore, **options: Any) -> None:
        super().__init__(**options)
        self._logger = store.logger

    # The library's asynchronous client overrides its synchronous one, which types forbid.
    async def request(self, *arguments: Any, **options: Any) -> Response:  # type: ignore[override]
        """Make the request; returns and raises what the library's client does."""
        call = _call(arguments, options)
        messages = _messages(call)
        if not messages:
            response = await super().request(*arguments, **options)
            if changes := _changes(call, response):
                await self._logger.log_events(changes)
            return response
        async with sending(self._logger, messages) as answer:
            response = await super().request(*arguments, **options)
            _note(answer, response)
        return response


def _call(arguments: tuple[Any, ...], options: dict[str, Any]) -> _Call | None:
    """Return what is called; None for arguments that the library's client does not take."""
    try:
        given = _SIGNATURE.bind(None, *arguments, **options).arguments
    except TypeError:
        return None
    return _Call(given["method"], given["url"], given.get("data"))


def _messages(call: _Call | None) -> list[NewMessage]:
    """Return the message that a call sends, if it sends one that can be stored."""
    with harmless():
        message = message_of(*call, message_id=new_local_id()) if call else None
        return [message] if message else []
    return []


def _changes(call: _Call | None, response: Response) -> list[Event]:
    with harmless():
        event = event_of(*call) if call and response.status_code < _FIRST_ERROR else None
        return [event] if event else []
    return []


def _note(answer: Answer, response: Response) -> None:
    with harmless():
        said = response_of(response.status_code, response.text)
        if said.error is not None:
            answer.failed(said.error)
        else:
            answer.sent(said.message_id)
