"""Slack: the HMAC-SHA256 of version, time and raw body, keyed with the signing secret.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hmac
import re

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Slack-Signature"
TIME_HEADER = "X-Slack-Request-Timestamp"

WINDOW = 300
"""Seconds, before or after now: what is older may be a replay."""

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """Return what the header says."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return f"v0={hmac.digest(secret.encode(), signed, 'sha256').hex()}"


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request is signed with the signing secret, and of now."""
    timestamp = request.header(TIME_HEADER)
    if not _SECONDS.fullmatch(timestamp):
        return False
    if abs(request.now.timestamp() - int(timestamp)) > WINDOW:
        return False
    return same(request.header(HEADER), sign(request.body, timestamp, secret))
