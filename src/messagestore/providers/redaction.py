"""Takes credentials out of what is kept: a database of messages must not open the bot's accounts.

Credentials are what lets someone act as the bot: keys, tokens, passwords. Ids, the texts of people
and a flow's `flow_token` (which the bot's own author chooses) are not.
"""

import json
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


def without_secrets(part: JsonObject) -> JsonObject:
    """Return a copy in which every credential, at any depth, reads `[removed]`."""
    return {
        key: REMOVED if _is_credential(key) and value else _walk(value)
        for key, value in part.items()
    }


def body_without_secrets(body: bytes) -> bytes:
    """Return a JSON body likewise; one that is not JSON (a form of Twilio's) holds none."""
    try:
        value = decode(body)
    except InvalidPayload:
        return body
    return json.dumps(_walk(value)).encode()


def _walk(value: Any) -> Any:
    if isinstance(value, dict):
        return without_secrets(value)
    if isinstance(value, list):
        return [_walk(item) for item in value]
    return value


def _is_credential(key: str) -> bool:
    return key.lower().replace("_", "").replace("-", "") in _CREDENTIALS
