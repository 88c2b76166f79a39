"""POST /webhooks/{provider}: what providers and gateways deliver.

The answer is 200 only when everything in the payload is durable, or can never be stored: delivering
that once more would change nothing, and a provider that is told so for days switches the webhook
off (Telegram holds back all that comes after). It is told in the log and in the answer instead.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from http import HTTPStatus
from typing import cast

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from messagestore.http import handshakes
from messagestore.http.problems import refusal, told
from messagestore.http.sender import check_sender
from messagestore.http.service import Service, service_of
from messagestore.http.signatures import discord
from messagestore.logger.result import LogResult, Outcome
from messagestore.providers import has_provider, provider_names

_ACCOUNT = re.compile(r"[\w.+@:-]{1,128}", re.ASCII)
"""The bot's own id or number at the provider, for payloads that do not name it."""

_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

_log = logging.getLogger("messagestore")


class Delivery:
    """The application of the route: takes a payload."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 200 when the payload is safe, 503 when it is not and should come again."""
        try:
            answer = await self._deliver(scope, receive)
        except HTTPException as error:
            answer = told(error)
        await answer(scope, receive, send)

    @staticmethod
    async def _deliver(scope: Scope, receive: Receive) -> Response:
        service = cast("Service", scope["app"].state.service)
        provider, account = _named(scope)
        body = (await receive()).get("body", b"")  # whole: see `BodyLimits`
        headers = Headers(scope=scope)
        check_sender(service, scope, body, provider, account)
        if (checked := handshakes.answer_to_check(provider, body)) is not None:
            return checked
        results = await service.store.logger.log_payload(provider, body, headers, account=account)
        service.traffic.count_events(provider, [result.outcome for result in results])
        _report_refused(provider, results)
        if lost := sum(map(_should_come_again, results)):
            sentence = f"{lost} of {len(results)} events could not be made durable"
            raise refusal(HTTPStatus.SERVICE_UNAVAILABLE, f"{sentence}; deliver this again.")
        return _answer(headers, provider, results)


async def shake_hands(request: Request) -> Response:
    """Answer Meta when it checks the URL of the webhook; the other providers do not ask."""
    provider, _ = _named(request.scope)
    service = await service_of(request)
    return handshakes.answer_to_meta(provider, request.query_params, service.store.settings)


deliver = Delivery()
_ROUTES = [
    Route(path, deliver, methods=["POST"], include_in_schema=False)
    for path in ("/webhooks/{provider}", "/webhooks/{provider}/{account}")
]
router = APIRouter(
    routes=[
        *_ROUTES,
        *(Route(route.path, shake_hands, include_in_schema=False) for route in _ROUTES),
    ]
)


def place(scope: Scope) -> bool:
    """Find the route of a request by itself, and note it as a router does; False if it is another.

    What a framework does with a request on the way to its route costs as much as storing a message.
    """
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    match scope["path"].split("/"):
        case ["", "webhooks", provider] if provider:
            scope["route"], scope["path_params"] = _ROUTES[0], {"provider": provider}
        case ["", "webhooks", provider, account] if provider and account:
            named = {"provider": provider, "account": account}
            scope["route"], scope["path_params"] = _ROUTES[1], named
        case _:
            return False
    return True


def _named(scope: Scope) -> tuple[str, str | None]:
    """Return the provider and the account that the path names."""
    provider, account = scope["path_params"]["provider"], scope["path_params"].get("account")
    if not has_provider(provider):
        known = ", ".join(provider_names())
        raise refusal(HTTPStatus.NOT_FOUND, f"No provider has this name; known are {known}.")
    if account is not None and not _ACCOUNT.fullmatch(account):
        detail = "An account has 1 to 128 letters, digits and characters of . + @ : _ -"
        raise refusal(HTTPStatus.NOT_FOUND, detail)
    return provider, account


def _should_come_again(result: LogResult) -> bool:
    """Whether an event is lost unless it is delivered again."""
    return result.outcome is Outcome.FAILED


_SET_APART = (Outcome.REFUSED, Outcome.QUARANTINED)


def _report_refused(provider: str, results: Sequence[LogResult]) -> None:
    refused = Counter(result.reason for result in results if result.outcome in _SET_APART)
    for reason, count in refused.items():
        _log.warning("webhook of %s: %d not stored: %s", provider, count, reason)


def _answer(headers: Headers, provider: str, results: Sequence[LogResult]) -> Response:
    """Say what became of the events; Twilio and Discord read an answer as what the bot replies."""
    if provider == "twilio":
        return Response(_EMPTY_TWIML, media_type="text/xml")
    if provider == "discord" and discord.HEADER in headers:
        return handshakes.nothing_more()
    if len(results) == 1:
        return _answer_of_one(results[0].outcome)
    return _counted(result.outcome for result in results)


@cache
def _answer_of_one(outcome: Outcome) -> Response:
    return _counted([outcome])


def _counted(outcomes: Iterable[Outcome]) -> Response:
    events = Counter(map(str, outcomes))
    return Response(msgspec.json.encode({"events": events}), media_type="application/json")
