"""What a signature is checked on."""

import hmac
from collections.abc import Mapping
from datetime import datetime

import msgspec


class SignedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came: the raw bytes, and the URL as the provider called it.

    `headers` must be found whatever their case; `now` is the time of receipt; `url` may be empty
    for a provider that does not sign it.
    """

    body: bytes
    headers: Mapping[str, str]
    url: str
    now: datetime

    def header(self, name: str) -> str:
        """Return a header; an empty text, which no signature is, where it is missing."""
        return self.headers.get(name, "")


def same(given: str, expected: str) -> bool:
    """Compare in a time that does not depend on where the two differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
