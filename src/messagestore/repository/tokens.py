"""Tokens: who may use the HTTP API, and for what."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from messagestore.checks import parse_enum
from messagestore.database.database import Database
from messagestore.errors import InvalidMessage, InvalidQuery, TokenNotFound
from messagestore.repository.queries import sql

PREFIX = "ms_"
"""What a token begins with, so that scanners of leaked secrets can know it."""

_BYTES = 32
_NAME = re.compile(r"[\w.-]{1,50}", re.ASCII)


class Scope(StrEnum):
    """What a token is good for; `admin` holds all the others."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    ADMIN = "admin"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is kept: without its secret."""

    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    revoked_at: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether it is good for that, and not revoked."""
        return self.revoked_at is None and bool({scope, Scope.ADMIN} & self.scopes)


def hash_token(secret: str) -> bytes:
    """Return what is kept of a token: its SHA-256."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


class TokenRepository:
    """Reads and writes the table `api_tokens`. Raises InvalidQuery and DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, scopes: Collection[str], *, now: datetime) -> str:
        """Make a token and return its secret, which nobody can see again."""
        if not _NAME.fullmatch(name):
            raise InvalidQuery("a token's name has 1 to 50 letters, digits, dots, - and _")
        known = sorted({_scope(scope) for scope in scopes})
        if not known:
            raise InvalidQuery("a token needs a scope: read, write, delete or admin")
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        row = await self._database.fetch_row(
            sql("create_token"), name, hash_token(secret), known, now
        )
        if row is None:
            raise InvalidQuery("a token of this name exists; a revoked one keeps its name, too")
        return secret

    async def by_hash(self) -> dict[bytes, Token]:
        """Return every token by its hash."""
        rows = await self._database.fetch(sql("list_tokens"))
        return {row["hash"]: _token(row) for row in rows}

    async def list(self) -> list[Token]:
        """Return every token, by name, the revoked ones too."""
        return sorted((await self.by_hash()).values(), key=lambda token: token.name)

    async def revoke(self, name: str, *, now: datetime) -> Token:
        """Make a token good for nothing. Raises TokenNotFound. Doing it twice is no error."""
        row = await self._database.fetch_row(sql("revoke_token"), name, now)
        if row is None:
            raise TokenNotFound("No token has this name; `messagestore token list` shows all")
        return _token(row)


def _scope(value: str) -> Scope:
    try:
        return parse_enum("scope", value, Scope)
    except InvalidMessage as error:
        raise InvalidQuery(str(error)) from None


def _token(row: Any) -> Token:
    return Token(
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
