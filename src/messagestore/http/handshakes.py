"""Handshakes: how Meta, Slack and Discord make sure that a webhook's URL is ours."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import msgspec
from fastapi import Response

from messagestore.errors import InvalidPayload
from messagestore.http.problems import refusal
from messagestore.http.signatures.request import same
from messagestore.providers.payload import JsonObject, decode_object
from messagestore.settings import Settings

_LONGEST_CHALLENGE = 1024


def answer_to_meta(provider: str, query: Mapping[str, str], settings: Settings) -> Response:
    """Return the challenge to who knows the verify token. Raises a problem 403 or 405."""
    if provider != "whatsapp_cloud":
        detail = "The webhook of this provider takes POST only."
        raise refusal(HTTPStatus.METHOD_NOT_ALLOWED, detail, Allow="POST")
    token = settings.webhook_verify_token
    if token is None:
        detail = "The setting webhook_verify_token is missing, so Meta cannot check this URL."
        raise refusal(HTTPStatus.FORBIDDEN, detail)
    given = same(query.get("hub.verify_token", ""), token.get_secret_value())
    if not given or query.get("hub.mode") != "subscribe":
        detail = "hub.verify_token is not that of the setting webhook_verify_token."
        raise refusal(HTTPStatus.FORBIDDEN, detail)
    challenge = query.get("hub.challenge", "")[:_LONGEST_CHALLENGE]
    return Response(
        challenge, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
    )


def answer_to_check(provider: str, body: bytes) -> Response | None:
    """Return the answer to a check of the URL, signed as everything else is; None for the rest."""
    marker, answer = _CHECKS.get(provider, (b"", None))
    if answer is None or marker not in body:
        return None
    try:
        return answer(decode_object(body))
    except InvalidPayload:
        return None


def _of_slack(payload: JsonObject) -> Response | None:
    challenge = payload.get("challenge")
    if payload.get("type") != "url_verification" or not isinstance(challenge, str):
        return None
    return _json({"challenge": challenge[:_LONGEST_CHALLENGE]})


def _of_discord(payload: JsonObject) -> Response | None:
    """Answer the check of an interactions URL (type 1), and that of a webhook events URL (0).

    https://docs.discord.com/developers/interactions/overview
    https://docs.discord.com/developers/events/webhook-events
    """
    if "application_id" not in payload or "event" in payload:
        return None
    if payload.get("type") == 1:
        return _json({"type": 1})
    if payload.get("type") == 0:
        return nothing_more()
    return None


_CHECKS: Mapping[str, tuple[bytes, Callable[[JsonObject], Response | None]]] = {
    "discord": (b"application_id", _of_discord),
    "slack": (b"url_verification", _of_slack),
}
"""By provider: what is in the body of every check, and what answers one."""


def nothing_more() -> Response:
    """Return what Discord takes for an acknowledgement: 204, with a type and without a body."""
    return Response(status_code=HTTPStatus.NO_CONTENT, media_type="application/json")


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
