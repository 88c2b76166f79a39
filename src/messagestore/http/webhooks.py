"""POST /webhooks/{provider}: what providers and gateways deliver.

The answer is 200 only when everything in the payload is durable, or can never be stored: delivering
that once more would change nothing, and a provider that is told so for days switches the webhook
off (Telegram holds back all that comes after). It is told in the log and in the answer instead.
"""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from fastapi import APIRouter, Request, Response

from messagestore.http import handshakes
from messagestore.http.problems import refusal
from messagestore.http.sender import check_sender
from messagestore.http.service import service_of
from messagestore.http.signatures import discord
from messagestore.logger.result import LogResult, Outcome
from messagestore.providers import provider_names

router = APIRouter()

_ACCOUNT = re.compile(r"[\w.+@:-]{1,128}", re.ASCII)
"""The bot's own id or number at the provider, for payloads that do not name it."""

_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

_log = logging.getLogger("messagestore")


async def deliver(request: Request) -> Response:
    """Take a payload: 200 when it is safe, 503 when it is not and should come again."""
    service = await service_of(request)
    provider, account = _named(request)
    body = await request.body()
    check_sender(service, request, body, provider, account)
    if (checked := handshakes.answer_to_check(provider, body)) is not None:
        return checked
    results = await service.store.logger.log_payload(
        provider, body, request.headers, account=account
    )
    service.traffic.count_events(provider, [result.outcome for result in results])
    _report_refused(provider, results)
    if lost := sum(map(_should_come_again, results)):
        detail = f"{lost} of {len(results)} events could not be made durable; deliver this again."
        raise refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return _answer(request, provider, results)


async def shake_hands(request: Request) -> Response:
    """Answer Meta when it checks the URL of the webhook; the other providers do not ask."""
    provider, _ = _named(request)
    service = await service_of(request)
    return handshakes.answer_to_meta(provider, request.query_params, service.store.settings)


# Not routes of FastAPI: working out their parameters costs as much as storing a message.
for _path in ("/webhooks/{provider}", "/webhooks/{provider}/{account}"):
    router.add_route(_path, deliver, methods=["POST"], include_in_schema=False)
    router.add_route(_path, shake_hands, methods=["GET"], include_in_schema=False)


def _named(request: Request) -> tuple[str, str | None]:
    """Return the provider and the account that the path names."""
    provider, account = request.path_params["provider"], request.path_params.get("account")
    if provider not in provider_names():
        known = ", ".join(provider_names())
        raise refusal(HTTPStatus.NOT_FOUND, f"No provider has this name; known are {known}.")
    if account is not None and not _ACCOUNT.fullmatch(account):
        detail = "An account has 1 to 128 letters, digits and characters of . + @ : _ -"
        raise refusal(HTTPStatus.NOT_FOUND, detail)
    return provider, account


def _should_come_again(result: LogResult) -> bool:
    """Whether an event is lost unless it is delivered again."""
    return result.outcome is Outcome.FAILED


def _report_refused(provider: str, results: Sequence[LogResult]) -> None:
    set_apart = {Outcome.REFUSED, Outcome.QUARANTINED}
    refused = Counter(result.reason for result in results if result.outcome in set_apart)
    for reason, count in refused.items():
        _log.warning("webhook of %s: %d not stored: %s", provider, count, reason)


def _answer(request: Request, provider: str, results: Sequence[LogResult]) -> Response:
    """Say what became of the events; Twilio and Discord read an answer as what the bot replies."""
    if provider == "twilio":
        return Response(_EMPTY_TWIML, media_type="text/xml")
    if provider == "discord" and discord.HEADER in request.headers:
        return handshakes.nothing_more()
    outcomes = Counter(str(result.outcome) for result in results)
    return Response(msgspec.json.encode({"events": outcomes}), media_type="application/json")
