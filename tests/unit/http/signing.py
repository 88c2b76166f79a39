"""Signs requests as each provider does, with the provider's own library where it has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

import jwt
from nacl.signing import SigningKey
from slack_sdk.signature import SignatureVerifier
from starlette.datastructures import Headers
from twilio.request_validator import RequestValidator

from messagestore.http.signatures import SignedRequest, meta, waha

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "a secret of 32 characters or more"  # noqa: S105 (of these tests only)
URL = "https://bots.example.org/webhooks/x?a=1&b=%20"

Sign = Callable[[bytes, str, datetime, str], dict[str, str]]
"""Returns the headers of a body, with a secret, at a time, for a URL."""


def _meta(body: bytes, secret: str, _now: datetime, _url: str) -> dict[str, str]:
    return {meta.HEADER: meta.sign(body, secret)}


def _waha(body: bytes, secret: str, _now: datetime, _url: str) -> dict[str, str]:
    return {waha.HEADER: waha.sign(body, secret)}


def _slack(body: bytes, secret: str, now: datetime, _url: str) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}


def _twilio(body: bytes, secret: str, _now: datetime, url: str) -> dict[str, str]:
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": RequestValidator(secret).compute_signature(url, form),
    }


def _twilio_sha256(body: bytes, secret: str, _now: datetime, url: str) -> dict[str, str]:
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = RequestValidator(secret).compute_signature(url, form, "HMAC_SHA256")
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature,
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }


def _telegram(_body: bytes, secret: str, _now: datetime, _url: str) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def _evolution(_body: bytes, secret: str, now: datetime, _url: str) -> dict[str, str]:
    claims = {"iat": now, "exp": now + timedelta(minutes=10), "app": "evolution"}
    return {"Authorization": f"Bearer {jwt.encode(claims, secret, algorithm='HS256')}"}


def _discord(body: bytes, secret: str, now: datetime, _url: str) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signature = _discord_key(secret).sign(timestamp.encode() + body).signature
    return {"X-Signature-Ed25519": signature.hex(), "X-Signature-Timestamp": timestamp}


def _discord_key(secret: str) -> SigningKey:
    return SigningKey(sha256(secret.encode()).digest())


def discord_public_key(secret: str) -> str:
    """Return what Discord would show of the key that this secret is the private half of."""
    return bytes(_discord_key(secret).verify_key).hex()


def _shared(_body: bytes, secret: str, _now: datetime, _url: str) -> dict[str, str]:
    return {"X-Webhook-Secret": secret}


@dataclass(frozen=True)
class Scheme:
    """How a provider signs."""

    provider: str
    sign: Sign
    covers_body: bool = True
    known: Callable[[str], str] = str
    """What the service is told of a secret: the secret itself, or its public half."""

    def request(
        self, body: bytes, *, secret: str = SECRET, now: datetime = NOW, url: str = URL
    ) -> SignedRequest:
        headers = Headers(self.sign(body, secret, now, url))
        return SignedRequest(body=body, headers=headers, url=url, now=now)


SCHEMES = {
    "whatsapp_cloud": Scheme("whatsapp_cloud", _meta),
    "waha": Scheme("waha", _waha),
    "slack": Scheme("slack", _slack),
    "twilio": Scheme("twilio", _twilio),
    "twilio, SHA-256": Scheme("twilio", _twilio_sha256),
    "telegram": Scheme("telegram", _telegram, covers_body=False),
    "evolution": Scheme("evolution", _evolution, covers_body=False),
    "evolution, header": Scheme("evolution", _shared, covers_body=False),
    "builderbot": Scheme("builderbot", _shared, covers_body=False),
    "baileys": Scheme("baileys", _shared, covers_body=False),
    "discord": Scheme("discord", _discord, known=discord_public_key),
    "discord, bridge": Scheme("discord", _shared, covers_body=False),
    "generic": Scheme("generic", _shared, covers_body=False),
}


def with_json_digest(url: str, body: bytes) -> str:
    """Return the URL as Twilio calls it for a body that is no form."""
    return f"{url}&bodySHA256={sha256(body).hexdigest()}"
