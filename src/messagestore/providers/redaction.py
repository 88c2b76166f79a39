"""Takes credentials out of what is kept: a database of messages must not open the bot's accounts.

Credentials are what lets someone act as the bot: keys, tokens, passwords. Ids, the texts of people
and a flow's `flow_token` (which the bot's own author chooses) are not.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from messagestore.errors import InvalidPayload
from messagestore.providers.payload import JsonObject, decode

REMOVED = "[removed]"

_CREDENTIALS = frozenset(
    {
        "accesstoken",
        "apikey",
        "appsecret",
        "authorization",
        "authtoken",
        "botaccesstoken",
        "bottoken",
        "clientsecret",
        "cookie",
        "jwttoken",
        "passwd",
        "password",
        "privatekey",
        "providertoken",
        "refreshtoken",
        "responseurl",  # whoever has it posts as the bot (Slack)
        "secret",
        "sessiontoken",
        "token",
        "verifytoken",
    }
)


def without_secrets(part: JsonObject, *, also: Collection[str] = ()) -> JsonObject:
    """Return a copy in which every credential, at any depth, reads `[removed]`.

    `also` names keys of more of them, in the same or another spelling.
    """
    return _without(part, _all(also))


def _all(also: Collection[str]) -> Collection[str]:
    return _CREDENTIALS.union(map(_letters, also))


def _without(part: JsonObject, secrets: Collection[str]) -> JsonObject:
    return {
        key: REMOVED if value and _letters(key) in secrets else _walk(value, secrets)
        for key, value in part.items()
    }


def body_without_secrets(body: bytes, *, also: Collection[str] = ()) -> bytes:
    """Return a JSON body likewise; one that is not JSON (a form of Twilio's) holds none."""
    try:
        value = decode(body)
    except InvalidPayload:
        return body
    return json.dumps(_walk(value, _all(also))).encode()


def _walk(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, dict):
        return _without(value, secrets)
    if isinstance(value, list):
        return [_walk(item, secrets) for item in value]
    return value


def _letters(key: str) -> str:
    return _remembered(key) if len(key) <= _LONGEST_REMEMBERED else _stripped(key)


def _stripped(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


_LONGEST_REMEMBERED = 40
_remembered = lru_cache(2000)(_stripped)
"""Payloads have the same keys again and again; strangers' own are few and short in here."""
