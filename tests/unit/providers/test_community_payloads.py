"""Payloads that the providers' own communities test with, beside this repository if at all.

The labels were made by hand, reading each payload once. Where one says less than the event (no
content of an order, say) it is not a claim, and the event may say more.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    StatusChanged,
)
from messagestore.message import MediaType
from messagestore.providers import get_provider

ROOT = Path(__file__).parents[3]
FOLDER = (ROOT / "../shared/payloads").resolve()
PROVIDERS = ("whatsapp_cloud", "builderbot", "telegram", "slack", "waha")


def _labels() -> list[Any]:
    if not FOLDER.is_dir():
        return []
    return [
        pytest.param(provider, file_name, label["events"], id=f"{provider}/{file_name}")
        for provider in PROVIDERS
        for file_name, label in json.loads(
            (FOLDER / "expected" / f"{provider}.json").read_text("utf-8")
        ).items()
    ]


LABELS = _labels()
pytestmark = pytest.mark.skipif(not LABELS, reason="no shared/payloads beside the repository")


@pytest.mark.parametrize(("provider", "file_name", "labels"), LABELS)
def test_a_payload_means_what_its_label_says(
    provider: str, file_name: str, labels: list[dict[str, Any]]
) -> None:
    body = (FOLDER / provider / file_name).read_bytes()
    events = get_provider(provider).parse(body)
    assert len(events) == len(labels)
    for event, label in zip(events, labels, strict=True):
        claimed = _IN_OUR_FORM.get(provider, dict)(label)
        _OPERATIONS[claimed["op"]](event, claimed)


def _of_telegram(label: dict[str, Any]) -> dict[str, Any]:
    """Return a label in our forms of ids and words for media.

    Where it names 1087968824 as the sender it is wrong: that is a fake user, and the author is the
    group itself, in whose name an anonymous administrator writes (Message, `sender_chat`).
    """
    own = dict(label)
    for key in ("target", "reply_to"):
        if key in own:
            own[key] = f"telegram:unknown:{own['chat']}:{own[key]}"
    if own.get("sender") == "1087968824":
        own["sender"] = own["chat"]
    if own.get("direction") == "outgoing?":
        own["direction"] = "incoming"
    if own.get("media_type"):
        words = {"photo": "image", "venue": "location", "dice": "other", "story": "other"}
        own["media_type"] = words.get(own["media_type"], own["media_type"])
    if "service" in own:
        [own["service"]] = own["service"]
    if "new" in own:
        own["emoji"] = " ".join(own["new"])
    return own


def _of_slack(label: dict[str, Any]) -> dict[str, Any]:
    """Return a label in our words; ids are compared without the team, which it does not name."""
    own = dict(label) | {"context": label["chat"]}
    if "ctype" in label:
        own["context_type"] = "private" if label["ctype"] == "im" else "group"
    if label.get("removed"):
        own["emoji"] = None
    for key in ("target", "reply_to"):
        if key in own:
            own[f"{key}_in_its_chat"] = f"{label['chat']}:{own.pop(key)}"
    for file in label.get("media", []):
        own |= {"media_url": file["url"], "media_content_type": file["mime"]}
        own |= {"media_size": file["size"]}
    return own


def _of_waha(label: dict[str, Any]) -> dict[str, Any]:
    """Return a label in our forms of ids, addresses and contexts.

    What is reported without a time of its own has none, as these samples' envelopes have none.
    """
    own = dict(label)
    for key, ours in (("chat", "context"), ("sender", "sender")):
        if key in own:
            own[ours] = own[key].removesuffix("@c.us")
    if own.get("context_type") in {"channel", "status"}:
        own["context_type"] = "group"
    for key in ("target", "reply_to"):
        if key in own:
            own[f"{key}_alone"] = own.pop(key)
    if own["op"] == "message":
        own.setdefault("ext_id", "")  # samples of the documentation that show a part only
    else:
        own["ext_id"] = f"whatsapp:unknown:{own.get('context')}:{own.get('ext_id')}"
    if own["op"] in {"status", "edit", "delete"}:
        own["ts"] = None
    if own["op"] == "reaction":
        own["removed"] = own["emoji"] is None
    if own["op"] == "edit":
        del own["ext_id"]
    return own


_IN_OUR_FORM = {"telegram": _of_telegram, "slack": _of_slack, "waha": _of_waha}


def _alone(message_id: str | None) -> str | None:
    return message_id and message_id.rpartition(":")[2]


def _without_team(message_id: str | None) -> str | None:
    return message_id and ":".join(message_id.split(":")[2:])


def _check_message(event: Event, label: dict[str, Any]) -> None:
    assert isinstance(event, MessageReceived)
    new = event.message
    claims = {
        "direction": new.direction,
        "sender": new.sender,
        "recipient": new.recipient,
        "context": new.context_id,
        "context_type": new.context_type,
        "content": new.content,
        "content_hint": new.content,
        "media_url": new.media_url,
        "media_type": new.media_type,
        "media_content_type": new.media_content_type,
        "media_size": new.media_size,
        "reply_to_in_its_chat": _without_team(new.reply_to_message_id),
        "reply_to_alone": _alone(new.reply_to_message_id),
        "reply_to": new.reply_to_message_id,
        "forwarded": new.metadata.get("forwarded"),
        "media_id": new.metadata.get("media_id"),
        "filename": new.metadata.get("filename"),
        "error_code": new.metadata.get("error_code"),
        "type": new.metadata["kind"],
        "service": new.metadata.get("system_type", new.metadata["kind"]),
        "album": new.metadata.get("media_group_id"),
        "thread": new.metadata.get("thread_id"),
        "command": new.command_name,
    }
    _check_claims(claims, label)
    assert new.message_id.endswith(label["ext_id"])
    if label.get("ts"):
        assert new.created_at is not None
        assert new.created_at.timestamp() == label["ts"]
    if label.get("type") in list(MediaType):
        assert new.media_type == label["type"]
    assert new.content is None or not new.content.startswith("_event_")


def _check_system(event: Event, label: dict[str, Any]) -> None:
    _check_message(event, label | {"type": "system"})


def _check_status(event: Event, label: dict[str, Any]) -> None:
    assert isinstance(event, StatusChanged)
    claims = {"ext_id": event.message_id, "status": event.status, "recipient": event.context_id}
    _check_claims(claims, label)
    _check_time(event, label)
    for part in ("error_code", "error_title"):
        assert str(label.get(part, "")) in (event.error_message or "")


def _check_reaction(event: Event, label: dict[str, Any]) -> None:
    assert isinstance(event, ReactionChanged)
    claims = {"target": event.message_id, "sender": event.sender, "emoji": event.emoji}
    claims["target_in_its_chat"] = _without_team(event.message_id)
    claims["target_alone"] = _alone(event.message_id)
    _check_claims(claims, label)
    assert (event.emoji is None) == label["removed"]
    _check_time(event, label)


def _check_edit(event: Event, label: dict[str, Any]) -> None:
    assert isinstance(event, MessageEdited)
    claims = {
        "target": event.message_id,
        "target_in_its_chat": _without_team(event.message_id),
        "target_alone": _alone(event.message_id),
        "ext_id": event.edit_id,
        "content": event.content,
        "media_url": event.media_url,
        "media_type": event.media_type,
        "media_content_type": event.media_content_type,
        "media_id": event.metadata.get("media_id"),
    }
    _check_claims(claims, label)
    _check_time(event, label)


def _check_delete(event: Event, label: dict[str, Any]) -> None:
    assert isinstance(event, MessageDeleted)
    claims = {"target": event.message_id, "target_in_its_chat": _without_team(event.message_id)}
    claims["target_alone"] = _alone(event.message_id)
    _check_claims(claims, label)
    _check_time(event, label)


def _check_ignored(event: Event, _: dict[str, Any]) -> None:
    assert isinstance(event, Ignored)


def _check_claims(found: dict[str, Any], label: dict[str, Any]) -> None:
    claimed = {key: label[key] for key in found if key in label}
    assert {key: found[key] for key in claimed} == claimed


def _check_time(
    event: StatusChanged | ReactionChanged | MessageEdited | MessageDeleted, label: dict[str, Any]
) -> None:
    if "ts" in label and label["ts"] is None:
        assert event.at is None
        return
    assert event.at is not None
    if "ts" in label:
        assert event.at.timestamp() == label["ts"]


_OPERATIONS = {
    "message": _check_message,
    "system": _check_system,
    "status": _check_status,
    "reaction": _check_reaction,
    "edit": _check_edit,
    "delete": _check_delete,
    "ignore": _check_ignored,
}
