"""Sender: whether a webhook comes from its provider."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from pydantic import SecretStr
from starlette.datastructures import URL, Headers
from starlette.types import Scope

from messagestore.errors import InvalidSettings
from messagestore.http.problems import refusal
from messagestore.http.service import Service
from messagestore.http.signatures import COVERING_URL, SignedRequest, is_genuine
from messagestore.http.signatures.discord import is_cut_key
from messagestore.providers import provider_names
from messagestore.settings import Settings

_log = logging.getLogger("messagestore")


def check_sender(
    service: Service, scope: Scope, body: bytes, provider: str, account: str | None
) -> None:
    """Raise a problem: 401 for a wrong signature, 403 where no secret is set to check it with."""
    settings = service.store.settings
    secrets = _secrets(settings, provider, account)
    if not secrets:
        _check_insecure(settings, provider)
        return
    signed = SignedRequest(
        body=body,
        headers=Headers(scope=scope),
        url=_url(scope, settings.public_url) if provider in COVERING_URL else "",
        now=service.clock(),
    )
    if not is_genuine(provider, signed, secrets):
        _log.warning("webhook of %s: refused, its signature is missing or wrong", provider)
        detail = "The signature is missing or wrong; docs/reference/http.md says what is expected."
        raise refusal(HTTPStatus.UNAUTHORIZED, detail)


def check_secrets(settings: Settings) -> None:
    """Raise InvalidSettings for a secret that nothing could be signed with: a slip of the pen."""
    named = {name.partition("/")[0] for name in settings.webhook_secrets}
    if not named | settings.webhook_insecure <= set(provider_names()):
        known = ", ".join(provider_names())
        raise InvalidSettings(
            "webhook_secrets or webhook_insecure names a provider that does not exist; known: "
            f"{known}."
        )
    for name, secrets in settings.webhook_secrets.items():
        if name.partition("/")[0] == "discord" and any(map(_is_cut, secrets)):
            raise InvalidSettings(
                f"webhook_secrets of {name} has neither a public key, which is 64 hexadecimal "
                "digits, nor a secret of your own, which must hold another character."
            )


def _is_cut(secret: SecretStr) -> bool:
    return is_cut_key(secret.get_secret_value())


def _secrets(settings: Settings, provider: str, account: str | None) -> Sequence[str]:
    """Return the secrets of the account, or else those of the provider."""
    known = settings.webhook_secrets
    own = known.get(f"{provider}/{account}") if account else None
    found = own or known.get(provider, ())
    return [secret.get_secret_value() for secret in found]


def _check_insecure(settings: Settings, provider: str) -> None:
    if provider in settings.webhook_insecure:
        return
    _log.warning("webhook of %s: refused, no secret is set for it (webhook_secrets)", provider)
    detail = (
        f"No secret is set for the webhooks of {provider}: set webhook_secrets, or name it in "
        "webhook_insecure to take them from anybody."
    )
    raise refusal(HTTPStatus.FORBIDDEN, detail)


def _url(scope: Scope, public_url: str | None) -> str:
    """Return the URL that the provider called: behind a proxy only the setting knows it."""
    called = URL(scope=scope)
    if public_url is None:
        return str(called)
    path = scope.get("raw_path", b"").decode("ascii", "surrogateescape")
    query = f"?{called.query}" if called.query else ""
    return f"{public_url.rstrip('/')}{path or called.path}{query}"
