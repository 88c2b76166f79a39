"""WAHA: the HMAC-SHA512 of the raw body, keyed with `hmac.key` of the webhook's configuration.

https://waha.devlike.pro/docs/how-to/events/
"""

import hmac

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Webhook-Hmac"


def sign(body: bytes, secret: str) -> str:
    """Return what the header says."""
    return hmac.digest(secret.encode(), body, "sha512").hex()


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request is signed with the key."""
    return same(request.header(HEADER), sign(request.body, secret))
