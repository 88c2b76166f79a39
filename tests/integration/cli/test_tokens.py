import hashlib

import pytest

from tests.conftest import execute
from tests.integration.cli.command import Command


def test_a_token_is_made_listed_and_revoked(command: Command) -> None:
    assert command("token", "list").out == "There is no token.\n"
    secret = command("token", "create", "shop").out.strip()
    [made] = command(
        "token", "create", "bot", "--scope", "write", "--scope", "read", "--json"
    ).json()
    assert made["name"] == "bot"
    assert {len(secret), len(made["token"])} == {46}
    listed = {token["name"]: token for token in command("token", "list", "--json").json()}
    assert listed["shop"]["scopes"] == ["read"]
    assert listed["bot"]["scopes"] == ["read", "write"]
    assert command("token", "revoke", "shop").out == "Revoked the token shop.\n"
    [once] = command("token", "revoke", "shop", "--json").json()
    [twice] = command("token", "revoke", "shop", "--json").json()
    assert once["revoked_at"] == twice["revoked_at"] is not None
    assert "shop" in command("token", "list").out


async def test_only_the_hash_is_kept(command: Command, database_url: str) -> None:
    secret = command("token", "create", "shop").out.strip()
    digest = hashlib.sha256(secret.encode()).hexdigest()
    check = f"SELECT 1 / count(*) FROM api_tokens WHERE hash = decode('{digest}', 'hex')"
    await execute(database_url, check)
    leak = f"SELECT 1 / (1 - count(*)) FROM api_tokens WHERE api_tokens::text LIKE '%{secret}%'"
    await execute(database_url, leak)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", "shop", "--scope", "all"], 2, "scope must be one of read"),
        (["create", "two words"], 2, "1 to 50 letters"),
        (["revoke", "nobody"], 1, "No token has this name"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(
    command: Command, arguments: list[str], code: int, said: str
) -> None:
    assert said in command("token", *arguments, expect=code).stderr


def test_a_name_is_used_once(command: Command) -> None:
    command("token", "create", "shop")
    command("token", "revoke", "shop")
    assert "exists" in command("token", "create", "shop", expect=2).stderr
