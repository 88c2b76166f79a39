"""TokenBook: the tokens of the API, remembered for some seconds, so that requests cost no query."""

import asyncio
import time
from collections.abc import Callable, Mapping

from messagestore.errors import DatabaseError, DatabaseUnavailable
from messagestore.repository.tokens import Token, TokenRepository, hash_token

REMEMBERED = 5.0
"""Seconds until a token that was revoked is refused, at the latest."""

_SOONEST = 1.0
"""Seconds between two readings: a token that is not known may be a new one, or a stranger's."""

_PATIENCE = 2.0


class TokenBook:
    """Knows every token. While the database does not answer, what was known counts on."""

    def __init__(
        self, tokens: TokenRepository, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._repository = tokens
        self._monotonic = monotonic
        self._tokens: Mapping[bytes, Token] | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def find(self, secret: str) -> Token | None:
        """Return the token with that secret, if it is not revoked.

        It is looked up by its hash, which tells nothing about the secret by the time it takes.
        Raises DatabaseUnavailable when the tokens could not be read once.
        """
        digest = hash_token(secret)
        if self._is_due(digest):
            async with self._reading:
                if self._is_due(digest):  # nobody read them meanwhile
                    await self._read()
        token = (self._tokens or {}).get(digest)
        return token if token is not None and token.revoked_at is None else None

    def _is_due(self, digest: bytes) -> bool:
        if self._tokens is None:
            return True
        age = self._monotonic() - self._read_at
        return age >= (REMEMBERED if digest in self._tokens else _SOONEST)

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                self._tokens = await self._repository.by_hash()
        except (DatabaseError, TimeoutError):
            if self._tokens is None:
                raise DatabaseUnavailable(
                    "The tokens cannot be read: the database does not answer; try again later."
                ) from None
        self._read_at = self._monotonic()
