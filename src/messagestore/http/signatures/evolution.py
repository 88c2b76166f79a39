"""Evolution API: a bearer JWT (HS256) made with the webhook's `jwt_key`, or a configured header.

The body is not signed. The token is good for ten minutes, by its `exp`.
"""

import jwt
from jwt.types import Options

from messagestore.http.signatures import shared_secret
from messagestore.http.signatures.request import SignedRequest

_OPTIONS: Options = {
    "require": ["exp"],
    # By us: our clock is injectable, the library's is not.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request carries a token made with the secret, or the secret itself."""
    return shared_secret.is_signed(request, secret) or _has_token(request, secret)


def _has_token(request: SignedRequest, secret: str) -> bool:
    scheme, _, token = request.header("Authorization").partition(" ")
    if scheme.lower() != "bearer":
        return False
    try:
        claims = jwt.decode(token.strip(), secret, algorithms=["HS256"], options=_OPTIONS)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return False
    expires = claims["exp"]
    return isinstance(expires, int | float) and request.now.timestamp() < expires
