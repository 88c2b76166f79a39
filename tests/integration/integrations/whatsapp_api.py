"""Meta's side, as far as the tests of the hook into pywa need it: its API, and its webhooks."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx

BUSINESS, PHONE_ID, WABA = "12025550100", "1001", "2001"
PERSON, BSUID = "13125550177", "US.13491208655302741918"
SECRET = "0123456789abcdef"  # noqa: S105 (of no app)
TOKEN = "EAAB-fictional-token-of-no-app"  # noqa: S105 (of no app)
ANSWER = "wamid.ANSWER1"

OPTIONS: dict[str, Any] = {
    "phone_id": PHONE_ID,
    "token": TOKEN,
    "waba_id": WABA,
    "app_secret": SECRET,
    "verify_token": "fictional",
}


class WhatsAppApi:
    """Answers every request, and keeps what it was asked.

    As Meta does, it names the number of what went to a number, and the BSUID of what went to one.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.uploaded: list[bytes] = []
        self.refusal: dict[str, Any] | None = None
        self.wa_id: str | None = None
        self.fault: Exception | None = None
        self.while_asked: Callable[[], object] = lambda: None
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        upload = request.url.path.endswith("/media")
        said = {} if upload else json.loads(request.content)
        self.asked.append(said)
        self.while_asked()
        if self.fault is not None:
            raise self.fault
        if self.refusal is not None:
            return httpx.Response(400, json={"error": self.refusal})
        if upload:
            self.uploaded.append(request.content)
            return httpx.Response(200, json={"id": "7001"})
        if "type" not in said:
            return httpx.Response(200, json={"success": True})
        to, user_id = said.get("to"), said.get("recipient")
        person = {"wa_id": self.wa_id or to} if to else {"user_id": user_id}
        return httpx.Response(
            200,
            json={
                "messaging_product": "whatsapp",
                "contacts": [{"input": to or user_id} | person],
                "messages": [{"id": f"wamid.ANSWER{len(self.asked)}"}],
            },
        )


def said(text: str, message_id: str = "wamid.IN1", **fields: Any) -> dict[str, Any]:
    """Return a person's message."""
    message = {"id": message_id, "type": "text", "text": {"body": text}, "timestamp": "1788000000"}
    return message | {"from": PERSON, "from_user_id": BSUID} | fields


def webhook(*messages: dict[str, Any], field: str = "messages", **value: Any) -> bytes:
    """Return the body of a webhook."""
    contact = {"profile": {"name": "Sam"}, "wa_id": PERSON, "user_id": BSUID}
    full = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS, "phone_number_id": PHONE_ID},
    } | value
    if messages:
        full |= {"messages": list(messages), "contacts": [contact]}
    entry = {"id": WABA, "changes": [{"value": full, "field": field}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def status(message_id: str, word: str) -> dict[str, Any]:
    """Return a status of a message of the bot's."""
    return {"id": message_id, "status": word, "timestamp": "1788000001", "recipient_id": PERSON}


def signature(body: bytes, secret: str = SECRET) -> str:
    """Return the header that Meta signs a body with."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
