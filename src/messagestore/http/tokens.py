"""TokenBook: the tokens of the API, remembered for some seconds, so that requests cost no query."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from messagestore.errors import DatabaseError, DatabaseUnavailable
from messagestore.repository.tokens import Token, TokenRepository, hash_token

REMEMBERED = 5.0
"""Seconds until a token that was revoked is refused, at the latest."""

_SOONEST = 0.05
"""Seconds between two readings for tokens that are not known, and the longest that one waits.

It may be new, and then it counts at once, or a stranger's, which is to cost little."""

_PATIENCE = 2.0


class TokenBook:
    """Knows every token. While the database does not answer, what was known counts on."""

    def __init__(
        self,
        tokens: TokenRepository,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._repository = tokens
        self._monotonic = monotonic
        self._sleep = sleep
        self._tokens: Mapping[bytes, Token] | None = None
        self._strangers: set[bytes] = set()
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def find(self, secret: str) -> Token | None:
        """Return the token with that secret, if it is not revoked.

        It is looked up by its hash, which tells nothing about the secret by the time it takes.
        Raises DatabaseUnavailable when the tokens could not be read once.
        """
        digest, asked_at = hash_token(secret), self._monotonic()
        if self._is_due(digest, asked_at):
            await self._until_soonest(digest)
            async with self._reading:
                if self._is_due(digest, asked_at):  # nobody read them meanwhile
                    await self._read()
        token = (self._tokens or {}).get(digest)
        if token is None:
            self._strangers.add(digest)
            return None
        return token if token.revoked_at is None else None

    def _is_due(self, digest: bytes, asked_at: float) -> bool:
        if self._tokens is None:
            return True
        if digest in self._tokens or digest in self._strangers:
            return asked_at - self._read_at >= REMEMBERED
        return asked_at >= self._read_at  # it may have been made since

    async def _until_soonest(self, digest: bytes) -> None:
        # Before the lock: who has a token that is known does not wait behind a stranger.
        if self._tokens is not None and digest not in self._tokens:
            await self._sleep(max(self._read_at + _SOONEST - self._monotonic(), 0))

    async def _read(self) -> None:
        begun_at = self._monotonic()
        try:
            async with asyncio.timeout(_PATIENCE):
                self._tokens = await self._repository.by_hash()
        except (DatabaseError, TimeoutError):
            if self._tokens is None:
                raise DatabaseUnavailable(
                    "The tokens cannot be read: the database does not answer; try again later."
                ) from None
        # Not before: who comes meanwhile, with a token that may be revoked, waits for this reading.
        self._read_at = begun_at
        self._strangers.clear()
