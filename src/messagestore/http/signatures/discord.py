"""Discord: an Ed25519 signature of time and raw body, checked with the application's public key.

https://docs.discord.com/developers/interactions/overview

Discord signs interactions and webhook events. The gateway's dispatches come through a bridge of
one's own, which carries a shared secret instead: anything but the 64 hexadecimal digits of a key.
A public key is never taken as a shared secret, for anybody may know it.
"""

import re

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from messagestore.http.signatures import shared_secret
from messagestore.http.signatures.request import SignedRequest

HEADER = "X-Signature-Ed25519"
TIME_HEADER = "X-Signature-Timestamp"

_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}", re.ASCII)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]*", re.ASCII)


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request is signed with the key's private half, or carries the shared secret."""
    if not _PUBLIC_KEY.fullmatch(secret):
        return shared_secret.is_signed(request, secret)
    signature = request.header(HEADER)
    if not _SIGNATURE.fullmatch(signature):
        return False
    signed = request.header(TIME_HEADER).encode("utf-8", "surrogatepass") + request.body
    try:
        VerifyKey(bytes.fromhex(secret)).verify(signed, bytes.fromhex(signature))
    except BadSignatureError:
        return False
    return True


def is_cut_key(secret: str) -> bool:
    """Whether a secret looks like a public key that lost or gained digits: no secret at all."""
    return bool(_HEXADECIMAL.fullmatch(secret)) and not _PUBLIC_KEY.fullmatch(secret)
