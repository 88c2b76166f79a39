"""A request counts as the provider's only if it is signed, to the last bit, with a live secret."""

import base64
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import jwt
import msgspec
import pytest
from starlette.datastructures import Headers
from twilio.request_validator import RequestValidator

from messagestore.http.signatures import SignedRequest, is_genuine
from tests.unit.http.signing import (
    NOW,
    SCHEMES,
    SECRET,
    URL,
    Scheme,
    discord_public_key,
    with_json_digest,
)

MESSAGE = {"id": "wamid.1", "text": {"body": "¿Están abiertos?  "}, "n": 1.50, "tags": ["a", "b"]}
FORM = {"MessageSid": "SM1", "From": "whatsapp:+12025550171", "Body": "hola & adiós", "Empty": ""}
OTHER = "another secret of 32 characters or more"


def _body(scheme: Scheme) -> bytes:
    if scheme.provider == "twilio":
        return urlencode(FORM).encode()
    return json.dumps(MESSAGE, ensure_ascii=False).encode()


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return SCHEMES[request.param]


def test_what_is_signed_with_a_live_secret_is_genuine(scheme: Scheme) -> None:
    request = scheme.request(_body(scheme))
    right, other = scheme.known(SECRET), scheme.known(OTHER)
    assert is_genuine(scheme.provider, request, [right])
    assert is_genuine(scheme.provider, request, [other, right])
    assert is_genuine(scheme.provider, request, [right, other])


def test_another_secret_or_none_is_not(scheme: Scheme) -> None:
    request = scheme.request(_body(scheme))
    assert not is_genuine(scheme.provider, request, [scheme.known(OTHER)])
    assert not is_genuine(scheme.provider, request, [])
    bare = msgspec.structs.replace(request, headers=Headers({}))
    assert not is_genuine(scheme.provider, bare, [scheme.known(SECRET)])


@pytest.mark.parametrize("name", [name for name, one in SCHEMES.items() if one.covers_body])
def test_a_thousand_changed_bodies_are_not(name: str) -> None:
    """Fails for a scheme that signs anything but the whole body."""
    scheme = SCHEMES[name]
    request = scheme.request(_body(scheme))
    secrets = [scheme.known(SECRET)]
    assert is_genuine(scheme.provider, request, secrets)
    same = _said(request.body, scheme)
    changed = {body for body in _changed(request.body, scheme) if _said(body, scheme) != same}
    assert len(changed) >= 1000
    taken = [
        body
        for body in changed
        if is_genuine(scheme.provider, msgspec.structs.replace(request, body=body), secrets)
    ]
    assert taken == []


def test_a_thousand_changed_secrets_are_not(scheme: Scheme) -> None:
    """What carries a secret or a token: each header but one letter differs from the right one."""
    request = scheme.request(_body(scheme))
    rng = random.Random(7)  # noqa: S311 (no secret)
    for _ in range(1000):
        changed = {
            name: value if name == "content-type" else _other_letter(value, rng)
            for name, value in request.headers.items()
        }
        forged = msgspec.structs.replace(request, headers=Headers(changed))
        assert not is_genuine(scheme.provider, forged, [scheme.known(SECRET)]), changed


def _said(body: bytes, scheme: Scheme) -> object:
    """Return what is signed: Twilio takes names and values of a form without what is between."""
    if scheme.provider != "twilio":
        return body
    form = body.decode("ascii", "surrogateescape")
    pairs = parse_qsl(form, keep_blank_values=True, errors="surrogateescape")
    return "".join(name + value for name, value in sorted(pairs))


def _changed(body: bytes, scheme: Scheme) -> Iterator[bytes]:
    """Yield bodies that say something else, and those that say the same in other bytes."""
    rng = random.Random(7)  # noqa: S311 (no secret)
    for _ in range(3000):
        place = rng.randrange(len(body))
        choice = rng.randrange(3)
        if choice == 0:
            yield body[:place] + body[place + 1 :]
        elif choice == 1:
            yield body[:place] + b"%d" % rng.randrange(1, 10**9) + body[place:]
        else:
            yield body[:place] + bytes([body[place] ^ 1 << rng.randrange(7)]) + body[place + 1 :]
    if scheme.provider != "twilio":
        yield json.dumps(MESSAGE).encode()
        yield json.dumps(MESSAGE, indent=1, ensure_ascii=False).encode()
        yield json.dumps(MESSAGE, sort_keys=True, ensure_ascii=False).encode()
        yield json.dumps(MESSAGE, separators=(",", ":"), ensure_ascii=False).encode()
        yield body + b"\n"


def _other_letter(value: str, rng: random.Random) -> str:
    # The word Bearer may be written in either case; the end of base64 may hold idle bits.
    place = rng.randrange(7 if value.startswith("Bearer") else 0, len(value) - 2)
    letters = [letter for letter in "aA9_-" if letter != value[place]]
    return value[:place] + rng.choice(letters) + value[place + 1 :]


def test_discord_takes_a_public_key_for_no_shared_secret() -> None:
    """Anybody may know it. Take the pattern of a key out of discord.py to see it fail."""
    key = discord_public_key(SECRET)
    request = SCHEMES["discord, bridge"].request(b"{}", secret=key)
    assert not is_genuine("discord", request, [key, key.upper()])


def test_discord_signs_the_time_too() -> None:
    request = SCHEMES["discord"].request(b"{}")
    later = {**request.headers, "x-signature-timestamp": str(int(NOW.timestamp()) + 1)}
    forged = msgspec.structs.replace(request, headers=Headers(later))
    assert not is_genuine("discord", forged, [discord_public_key(SECRET)])


@pytest.mark.parametrize("signature", ["", "0" * 128, "0" * 127, "0" * 130, "x" * 128, "١" * 128])
def test_discord_takes_no_signature_that_is_none(signature: str) -> None:
    request = SCHEMES["discord"].request(b"{}")
    odd = {**request.headers, "x-signature-ed25519": signature}
    forged = msgspec.structs.replace(request, headers=odd)
    keys = [discord_public_key(SECRET), "0" * 64, "f" * 64]
    assert not is_genuine("discord", forged, keys)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_slack_takes_nothing_older_or_newer_than_five_minutes(seconds: int) -> None:
    request = SCHEMES["slack"].request(b"{}")
    late = msgspec.structs.replace(request, now=NOW + timedelta(seconds=seconds))
    assert not is_genuine("slack", late, [SECRET])
    edge = msgspec.structs.replace(request, now=NOW + timedelta(seconds=300))
    assert is_genuine("slack", edge, [SECRET])


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "١٢٣", "9" * 5000])
def test_slack_takes_no_time_that_is_none(timestamp: str) -> None:
    headers = Headers({"X-Slack-Request-Timestamp": "0", "X-Slack-Signature": "v0="})
    request = SCHEMES["slack"].request(b"{}")
    odd = {**headers, "x-slack-request-timestamp": timestamp}
    assert not is_genuine("slack", msgspec.structs.replace(request, headers=odd), [SECRET])


def test_evolution_takes_no_token_that_has_expired_or_has_no_end() -> None:
    request = SCHEMES["evolution"].request(b"{}")
    late = msgspec.structs.replace(request, now=NOW + timedelta(minutes=10))
    assert not is_genuine("evolution", late, [SECRET])
    for token in (
        jwt.encode({"iat": NOW}, SECRET, algorithm="HS256"),
        jwt.encode({"exp": NOW + timedelta(minutes=10)}, "", algorithm="none"),
        "a.b",
        base64.b64encode(b"[" * 40_000).decode() + ".e30.e30",
        "é.é.é",
    ):
        odd = msgspec.structs.replace(
            request,
            headers=Headers({"Authorization": f"Bearer {token}".encode().decode("latin-1")}),
        )
        assert not is_genuine("evolution", odd, [SECRET])


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://b.example/w", "https://b.example/w"),
        ("https://b.example:443/w", "https://b.example/w"),
        ("https://b.example/w", "https://b.example:443/w"),
        ("http://b.example:80/w?a=1", "http://b.example/w?a=1"),
    ],
)
def test_twilio_may_name_the_default_port_or_not(signed: str, seen: str) -> None:
    request = SCHEMES["twilio"].request(b"Body=hi", url=signed)
    assert is_genuine("twilio", msgspec.structs.replace(request, url=seen), [SECRET])


@pytest.mark.parametrize("url", ["https://b.example:8443/w", "http://b.example/w", "https://b/w"])
def test_twilio_signs_the_url(url: str) -> None:
    request = SCHEMES["twilio"].request(b"Body=hi", url="https://b.example/w")
    assert not is_genuine("twilio", msgspec.structs.replace(request, url=url), [SECRET])


def test_twilio_binds_a_body_that_is_no_form_by_its_digest_in_the_url() -> None:
    body = b'{"Body": "hi"}'
    url = with_json_digest(URL, body)
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": RequestValidator(SECRET).compute_signature(url, {}),
    }
    request = SignedRequest(body=body, headers=Headers(headers), url=url, now=NOW)
    assert is_genuine("twilio", request, [SECRET])
    for other in (b"", body + b" ", b"Body=hi"):
        forged = msgspec.structs.replace(request, body=other)
        assert not is_genuine("twilio", forged, [SECRET])
    bare = RequestValidator(SECRET).compute_signature(URL, {})
    unbound = Headers({"Content-Type": "application/json", "X-Twilio-Signature": bare})
    assert not is_genuine(
        "twilio", msgspec.structs.replace(request, headers=unbound, url=URL), [SECRET]
    )


def test_twilio_takes_no_algorithm_that_is_unknown() -> None:
    request = SCHEMES["twilio, SHA-256"].request(b"Body=hi")
    settings = "X-Twilio-Webhooks-Signature-Settings"
    for algorithm in ("HMAC_SHA1", "HMAC_MD5", "none"):
        odd = {**request.headers, settings.lower(): f"key=k,algorithm={algorithm}"}
        changed = msgspec.structs.replace(request, headers=Headers(odd))
        assert not is_genuine("twilio", changed, [SECRET])


def test_whatsapp_cloud_signs_as_meta_documents() -> None:
    """The HMAC of a known text, made with openssl."""
    headers = Headers(
        {
            "X-Hub-Signature-256": "sha256="
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        }
    )
    body = b"The quick brown fox jumps over the lazy dog"
    request = SignedRequest(body=body, headers=headers, url=URL, now=NOW)
    assert is_genuine("whatsapp_cloud", request, ["key"])
