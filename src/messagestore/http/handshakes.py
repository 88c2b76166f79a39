"""Handshakes: how Meta and Slack make sure that a webhook's URL is ours."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi import Response

from messagestore.errors import InvalidPayload
from messagestore.http.problems import refusal
from messagestore.http.signatures.request import same
from messagestore.providers.payload import decode_object
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


def answer_of_slack(provider: str, body: bytes) -> Response | None:
    """Return the answer to Slack's url_verification, which is signed as everything else is."""
    if provider != "slack" or b"url_verification" not in body:
        return None
    try:
        payload = decode_object(body)
    except InvalidPayload:
        return None
    challenge = payload.get("challenge")
    if payload.get("type") != "url_verification" or not isinstance(challenge, str):
        return None
    content = msgspec.json.encode({"challenge": challenge[:_LONGEST_CHALLENGE]})
    return Response(content, media_type="application/json")
