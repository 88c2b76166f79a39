"""Webhooks: what is signed is stored, once; what is not, is not."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr

from messagestore import MessageStore, Settings, Status
from messagestore.errors import InvalidSettings
from messagestore.event import StatusChanged
from messagestore.http.app import create_app
from messagestore.http.sender import check_secrets
from messagestore.http.signatures import meta
from messagestore.http.webhooks import _should_come_again
from messagestore.providers import provider_names
from messagestore.providers.samples import samples
from tests.conftest import Clock
from tests.integration.http.conftest import asked
from tests.unit.http.signing import SCHEMES, SECRET, Scheme, discord_public_key

OTHER = "another secret of 32 characters or more"
PROVIDERS = [name for name, scheme in SCHEMES.items() if scheme.provider in provider_names()]


def text_message(number: int = 1, text: str = "Are you open?", sent: str = "1772366400") -> bytes:
    """Return a body of WhatsApp with one message."""
    message = {
        "id": f"wamid.{number}",
        "from": "12025550171",
        "timestamp": sent,
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": "1"},
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    return json.dumps(body).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {meta.HEADER: meta.sign(body, secret)}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings in which every provider has two live secrets."""
    secrets = {name: (SecretStr(SECRET), SecretStr(OTHER)) for name in provider_names()}
    return settings.model_copy(
        update={
            "webhook_secrets": secrets,
            "webhook_verify_token": SecretStr("a token of ours"),
            "public_url": "https://bots.example.org/store",
        }
    )


@pytest.fixture
async def client(store: MessageStore) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(create_app(store)) as client:
        yield client


async def count(store: MessageStore) -> int:
    row = await store.database.fetch_row("SELECT count(*) AS found FROM messages")
    assert row is not None
    return int(row["found"])


def _sample(scheme: Scheme) -> bytes:
    return next(one.body for one in samples() if one.provider == scheme.provider)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_what_is_signed_is_taken_and_what_is_not_is_401(
    client: httpx.AsyncClient, store: MessageStore, clock: Clock, name: str
) -> None:
    """Fails without `check_sender` in `deliver`."""
    scheme = SCHEMES[name]
    secrets = tuple(SecretStr(scheme.known(secret)) for secret in (SECRET, OTHER))
    known = store.settings.webhook_secrets | {scheme.provider: secrets}
    store.settings = store.settings.model_copy(update={"webhook_secrets": known})
    body = _sample(scheme)
    path = f"/webhooks/{scheme.provider}/4711"
    url = f"https://bots.example.org/store{path}"
    forged = [
        ({}, body),
        (scheme.sign(body, "a third secret of 32 characters, or more", clock(), url), body),
    ]
    if scheme.covers_body:
        forged.append((scheme.sign(body, SECRET, clock(), url), body + b"1"))
    for headers, content in forged:
        answer = await client.post(path, content=content, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    assert await count(store) == 0
    for secret in (SECRET, OTHER):
        headers = scheme.sign(body, secret, clock(), url)
        answer = await client.post(path, content=body, headers=headers)
        assert answer.is_success, answer.text
    assert await count(store) > 0


async def test_a_replay_stores_nothing_new(client: httpx.AsyncClient, store: MessageStore) -> None:
    body = text_message()
    answers = [
        await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
        for _ in range(3)
    ]
    assert [answer.json()["events"] for answer in answers] == [
        {"stored": 1},
        {"duplicate": 1},
        {"duplicate": 1},
    ]
    assert await count(store) == 1
    assert await store.messages.exists("wamid.1")


async def test_a_hundred_changed_bodies_store_nothing(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    body = text_message()
    headers = signed(body)
    changed = [text_message(number) for number in range(2, 100)]
    changed += [json.dumps(json.loads(body), indent=1).encode(), body + b" "]
    for content in changed:
        answer = await client.post("/webhooks/whatsapp_cloud", content=content, headers=headers)
        assert answer.status_code == 401
    assert await count(store) == 0


async def test_without_a_secret_a_provider_is_refused_unless_it_is_named_insecure(
    store: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.settings = store.settings.model_copy(update={"webhook_secrets": {}})
    body = text_message()
    async with asked(create_app(store)) as client:
        answer = await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
    assert answer.status_code == 403
    assert "webhook_secrets" in answer.json()["detail"]
    assert "webhook of whatsapp_cloud: refused, no secret" in caplog.text
    assert await count(store) == 0
    insecure = {"webhook_insecure": frozenset({"whatsapp_cloud"})}
    store.settings = store.settings.model_copy(update=insecure)
    async with asked(create_app(store)) as client:
        assert (await client.post("/webhooks/whatsapp_cloud", content=body)).status_code == 200
        assert (await client.post("/webhooks/builderbot", content=body)).status_code == 403


async def test_the_secret_of_an_account_goes_before_that_of_its_provider(
    store: MessageStore,
) -> None:
    own = {"builderbot": (SecretStr("shared"),), "builderbot/4711": (SecretStr("its own"),)}
    store.settings = store.settings.model_copy(update={"webhook_secrets": own})
    async with asked(create_app(store)) as client:

        async def status(path: str, secret: str) -> int:
            headers = {"X-Webhook-Secret": secret}
            return (await client.post(path, content=b"{}", headers=headers)).status_code

        assert await status("/webhooks/builderbot/4711", "its own") == 200
        assert await status("/webhooks/builderbot/4711", "shared") == 401
        assert await status("/webhooks/builderbot/4712", "shared") == 200
        assert await status("/webhooks/builderbot", "its own") == 401


async def test_in_an_outage_what_the_spool_takes_is_200(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    body = text_message()
    await store.database.close()
    answer = await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
    assert (answer.status_code, answer.json()["events"]) == (200, {"spooled": 1})


async def test_what_nothing_takes_is_503_and_to_come_again(
    client: httpx.AsyncClient, store: MessageStore, tmp_path: Path
) -> None:
    """Fails when `deliver` does not look at the results."""
    body = text_message()
    await store.database.close()
    (tmp_path / "spool").write_text("a file where the folder should be")
    answer = await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    (tmp_path / "spool").unlink()


async def test_what_can_never_be_stored_does_not_come_again(
    client: httpx.AsyncClient, store: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    for body in (b"no JSON", b"[]", b'{"object": "x"}', b'{"a":' * 300):
        answer = await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
        assert answer.status_code == 200
        assert answer.json()["events"] == {"refused": 1}
    assert "webhook of whatsapp_cloud: 1 not stored" in caplog.text
    assert await count(store) == 0


async def test_what_holds_no_message_is_kept_for_a_later_adapter(
    client: httpx.AsyncClient, store: MessageStore
) -> None:
    giant: Any = json.loads(text_message())
    giant["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "w" * 600
    body = json.dumps(giant).encode()
    answer = await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
    assert (answer.status_code, answer.json()["events"]) == (200, {"quarantined": 1})
    assert await count(store) == 0


async def test_an_event_that_is_wrong_in_itself_does_not_come_again(store: MessageStore) -> None:
    """No adapter of ours makes one; what the store refuses all the same must not come for ever."""
    wrong = await store.logger.log_event(StatusChanged(message_id="m" * 600, status=Status.READ))
    assert wrong.outcome == "refused"
    assert not _should_come_again(wrong)


async def test_events_are_counted(client: httpx.AsyncClient) -> None:
    body = text_message()
    await client.post("/webhooks/whatsapp_cloud", content=body, headers=signed(body))
    counter = 'messagestore_webhook_events_total{outcome="stored",provider="whatsapp_cloud"} 1.0'
    assert counter in (await client.get("/metrics")).text


async def test_an_unknown_provider_is_404(client: httpx.AsyncClient) -> None:
    for path in ("/webhooks/nobody", "/webhooks/nobody/1", "/webhooks/whatsapp_cloud/1/2"):
        assert (await client.post(path, content=b"{}")).status_code == 404
    assert (await client.get("/webhooks/nobody")).status_code == 404


async def test_meta_gets_its_challenge_for_the_right_token_only(client: httpx.AsyncClient) -> None:
    async def ask(provider: str, **query: str) -> httpx.Response:
        asked = {f"hub.{name}": value for name, value in query.items()}
        return await client.get(f"/webhooks/{provider}", params=asked)

    right = {"mode": "subscribe", "verify_token": "a token of ours", "challenge": "1158201444"}
    answer = await ask("whatsapp_cloud", **right)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"verify_token": "x"}, {"verify_token": "é"}, {"mode": "unsubscribe"}):
        assert (await ask("whatsapp_cloud", **right | wrong)).status_code == 403
    assert (await ask("whatsapp_cloud")).status_code == 403
    answer = await ask("builderbot", **right)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_meta_gets_no_challenge_while_no_token_is_set(store: MessageStore) -> None:
    store.settings = store.settings.model_copy(update={"webhook_verify_token": None})
    async with asked(create_app(store)) as client:
        answer = await client.get(
            "/webhooks/whatsapp_cloud", params={"hub.mode": "subscribe", "hub.verify_token": ""}
        )
    assert answer.status_code == 403


async def test_slack_gets_its_challenge_after_the_signature_was_checked(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1a"}'
    assert (await client.post("/webhooks/slack", content=body)).status_code == 401
    headers = SCHEMES["slack"].sign(body, SECRET, clock(), "")
    answer = await client.post("/webhooks/slack", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})


async def test_discord_gets_its_answers_after_the_signature_was_checked(
    store: MessageStore, clock: Clock
) -> None:
    known = {"discord": (SecretStr(discord_public_key(SECRET)),)}
    store.settings = store.settings.model_copy(update={"webhook_secrets": known})
    interactions = b'{"application_id": "1", "id": "2", "token": "t", "type": 1, "version": 1}'
    events = b'{"application_id": "1", "type": 0, "version": 1}'
    dispatch = _sample(SCHEMES["discord"])
    async with asked(create_app(store)) as client:

        async def deliver(body: bytes, secret: str) -> httpx.Response:
            headers = SCHEMES["discord"].sign(body, secret, clock(), "")
            return await client.post("/webhooks/discord", content=body, headers=headers)

        for body in (interactions, events, dispatch):
            assert (await client.post("/webhooks/discord", content=body)).status_code == 401
            assert (await deliver(body, OTHER)).status_code == 401
        assert await count(store) == 0
        answer = await deliver(interactions, SECRET)
        assert (answer.status_code, answer.json()) == (200, {"type": 1})
        for body in (events, dispatch):
            answer = await deliver(body, SECRET)
            assert (answer.status_code, answer.content) == (204, b"")
            assert answer.headers["content-type"] == "application/json"
    assert await count(store) == 1


def test_a_public_key_of_discord_that_lost_a_digit_is_refused_at_the_start(
    settings: Settings,
) -> None:
    """It would count as a shared secret, which anybody may know."""
    key = discord_public_key(SECRET)
    for name, secret in (("discord", key[1:]), ("discord/4711", key + "0")):
        cut = settings.model_copy(update={"webhook_secrets": {name: (SecretStr(secret),)}})
        with pytest.raises(InvalidSettings, match="64 hexadecimal digits") as caught:
            check_secrets(cut)
        assert secret not in str(caught.value)
    check_secrets(settings)


async def test_twilio_gets_an_answer_that_says_nothing_to_the_person(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    body = urlencode({"MessageSid": "SM1", "From": "+12025550171", "To": "+12025550100"}).encode()
    url = "https://bots.example.org/store/webhooks/twilio?a=%20b"
    headers = SCHEMES["twilio"].sign(body, SECRET, clock(), url)
    answer = await client.post("/webhooks/twilio?a=%20b", content=body, headers=headers)
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
