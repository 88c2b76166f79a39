"""A request to the bot: whether Twilio made it, and what of it is stored."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from messagestore.providers.payload import JsonObject, decode_form

MAX_BODY = 1024 * 1024
"""Bytes of a request or of an answer; Twilio's and TwiML's are some kilobytes."""

SIGNATURE = SIGNATURE_HEADER.lower()
SIGNATURE_SETTINGS = SIGNATURE_SETTINGS_HEADER.lower()


class WebhookCheck:
    """Tells Twilio's requests from others.

    All of Twilio's are signed; the signature is checked where `auth_token` is given. What it was
    made over is the URL as Twilio knows it: behind a proxy give its beginning as `public_url`,
    `https://bot.example`.
    """

    def __init__(self, auth_token: str | None, public_url: str | None) -> None:
        self._validator = RequestValidator(auth_token) if auth_token else None
        self._public_url = public_url.rstrip("/") if public_url else None

    def accepts(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a request is to be stored; `headers` have names in lower case."""
        signature = headers.get(SIGNATURE)
        if not signature:
            return False
        if self._validator is None:
            return True
        with suppress(ValueError):  # no form, not UTF-8, no URL: none of Twilio's
            form: JsonObject = {} if method == "GET" else decode_form(body)
            algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS))
            valid: bool = self._validator.validate(self._seen(url), form, signature, algorithm)
            return valid
        return False

    def _seen(self, url: str) -> str:
        if self._public_url is None:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._public_url}{parts.path}{query}"


def said_in(method: str, query: bytes, body: bytes) -> bytes:
    """Return the parameters: a webhook that Twilio makes with GET has them in its URL."""
    return query if method == "GET" else body
