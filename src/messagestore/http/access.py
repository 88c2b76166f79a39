"""Access: who may ask what. Every route of the API names the scope that it needs."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from messagestore.http.problems import refusal
from messagestore.http.service import Service, TheService
from messagestore.repository.tokens import Scope

_bearer = HTTPBearer(
    auto_error=False, description="A token that `messagestore token create` has made."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def needs(scope: Scope) -> Any:
    """Return the dependency of a route that only tokens with this scope may use."""

    async def check(service: TheService, credentials: Credentials) -> None:
        await _check(service, credentials, scope)

    return Depends(check)


async def check_also(service: Service, request: Request, scope: Scope) -> None:
    """Raise a problem unless the request's token has this scope, too."""
    await _check(service, await _bearer(request), scope)


async def _check(
    service: Service, credentials: HTTPAuthorizationCredentials | None, scope: Scope
) -> None:
    if credentials is None:
        detail = "This needs a token: send it as `Authorization: Bearer …`."
        raise refusal(HTTPStatus.UNAUTHORIZED, detail, WWW_Authenticate="Bearer")
    token = await service.tokens.find(credentials.credentials)
    if token is None:
        detail = "This token is unknown or revoked; `messagestore token create` makes one."
        challenge = 'Bearer error="invalid_token"'
        raise refusal(HTTPStatus.UNAUTHORIZED, detail, WWW_Authenticate=challenge)
    if not token.allows(scope):
        detail = f"This needs a token with the scope `{scope}`."
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise refusal(HTTPStatus.FORBIDDEN, detail, WWW_Authenticate=challenge)
