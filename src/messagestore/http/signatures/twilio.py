"""Twilio: an HMAC of the URL and the parameters of the form, sorted; base64.

SHA-1 with the account's auth token; or, where a Webhook Setting signs, the algorithm that a second
header names, with a shared key. A body that is no form is bound by its SHA-256 in the URL.
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"

_ALGORITHMS = {"": "sha1", "HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_FORM = "application/x-www-form-urlencoded"
_PORTS = {"https": 443, "http": 80}


def sign(url: str, body: bytes, content_type: str, secret: str, algorithm: str = "sha1") -> str:
    """Return what the header says. Raises ValueError where a body is not bound to the URL."""
    signed = url + _bound(url, body, content_type)
    digest = hmac.digest(secret.encode(), signed.encode("utf-8", "surrogateescape"), algorithm)
    return b64encode(digest).decode()


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request is signed with the auth token or shared key."""
    algorithm = _ALGORITHMS.get(_named_algorithm(request.header(SETTINGS_HEADER)))
    if algorithm is None:
        return False
    content_type = request.header("Content-Type").partition(";")[0].strip().lower()
    given = request.header(HEADER)
    try:
        return any(
            same(given, sign(url, request.body, content_type, secret, algorithm))
            for url in _spellings(request.url)
        )
    except ValueError:
        return False


def _bound(url: str, body: bytes, content_type: str) -> str:
    """Return what follows the URL in the signed text; the body's hash is in the URL itself."""
    digests = parse_qs(urlsplit(url).query).get("bodySHA256")
    if digests:
        if not same(digests[-1].lower(), sha256(body).hexdigest()):
            raise ValueError("the body is another")
        return ""
    if content_type != _FORM:
        raise ValueError("the body is not signed")
    text = body.decode("ascii", "surrogateescape")
    pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    return "".join(name + value for name, value in sorted(set(pairs)))


def _named_algorithm(settings: str) -> str:
    """Return the algorithm that `key=…,algorithm=…` names."""
    parts = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    return parts.get("algorithm", "").strip().upper()


def _spellings(url: str) -> Iterator[str]:
    """Yield the URL with and without the default port: Twilio is of two minds about it."""
    yield url
    parts = urlsplit(url)
    default = _PORTS.get(parts.scheme)
    if parts.port is None and default is not None:
        yield _with_authority(parts, f"{parts.netloc}:{default}")
    elif parts.port == default:
        yield _with_authority(parts, parts.netloc.rpartition(":")[0])


def _with_authority(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
