"""Meta (WhatsApp Cloud API): the HMAC-SHA256 of the raw body, keyed with the app secret.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hmac

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Hub-Signature-256"


def sign(body: bytes, secret: str) -> str:
    """Return what the header says."""
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request is signed with the app secret."""
    return same(request.header(HEADER), sign(request.body, secret))
