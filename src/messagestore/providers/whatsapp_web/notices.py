"""Stub messages: what WhatsApp itself writes into a chat, told by a number or word.

Source: WAProto.proto, WebMessageInfo.StubType; only the words that people see in a chat are here.
"""

from typing import Any

from messagestore.providers.content import Content
from messagestore.providers.fields import plain_word, present
from messagestore.providers.payload import JsonObject

WAITING = "ciphertext"
"""A message that could not be decrypted yet; it may come again, under its id."""

_WORDS = {
    1: "revoke",
    2: WAITING,
    20: "group_create",
    21: "group_change_subject",
    22: "group_change_icon",
    23: "group_change_invite_link",
    24: "group_change_description",
    25: "group_change_restrict",
    26: "group_change_announce",
    27: "group_participant_add",
    28: "group_participant_remove",
    29: "group_participant_promote",
    30: "group_participant_demote",
    31: "group_participant_invite",
    32: "group_participant_leave",
    33: "group_participant_change_number",
    39: "e2e_encrypted",
    40: "call_missed_voice",
    41: "call_missed_video",
    45: "call_missed_group_voice",
    46: "call_missed_group_video",
    71: "group_participant_add_request_join",
    72: "change_ephemeral_setting",
}


def notice_of(message: JsonObject) -> str | None:
    """Return the word of a stub message (`stub_39` for others), or None for no stub."""
    told = message.get("messageStubType")
    if isinstance(told, str) and told:
        return plain_word(told).lower() if told != "UNKNOWN" else None
    if isinstance(told, bool) or not isinstance(told, int) or not 0 < told < 10**6:
        return None
    return _WORDS.get(told, f"stub_{told}")


def notice_content(word: str, message: JsonObject) -> Content:
    """Return the content of a notice; whom it is about is `notice_about`."""
    told = message.get("messageStubParameters")
    about = [item for item in told if isinstance(item, str)] if isinstance(told, list) else []
    kind, lifted = ("waiting", {}) if word == WAITING else ("system", _about(about))
    return Content(metadata=present(kind=kind, system_type=word) | lifted)


def _about(names: list[str]) -> dict[str, Any]:
    return present(notice_about=names or None)
