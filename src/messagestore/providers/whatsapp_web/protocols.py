"""What a `protocolMessage` is for, by its number or word (ProtocolMessage.Type of WAProto)."""

from typing import Any

from messagestore.event import Ignored
from messagestore.providers.kinds import unread
from messagestore.providers.payload import JsonObject

REVOKE, EDIT = "REVOKE", "MESSAGE_EDIT"

_WORDS = {
    0: REVOKE,
    3: "EPHEMERAL_SETTING",
    4: "EPHEMERAL_SYNC_RESPONSE",
    5: "HISTORY_SYNC_NOTIFICATION",
    6: "APP_STATE_SYNC_KEY_SHARE",
    7: "APP_STATE_SYNC_KEY_REQUEST",
    8: "MSG_FANOUT_BACKFILL_REQUEST",
    9: "INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC",
    10: "APP_STATE_FATAL_EXCEPTION_NOTIFICATION",
    11: "SHARE_PHONE_NUMBER",
    14: EDIT,
    16: "PEER_DATA_OPERATION_REQUEST_MESSAGE",
    17: "PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE",
    18: "REQUEST_WELCOME_MESSAGE",
    19: "BOT_FEEDBACK_MESSAGE",
    20: "MEDIA_NOTIFY_MESSAGE",
    21: "CLOUD_API_THREAD_CONTROL_NOTIFICATION",
    22: "LID_MIGRATION_MAPPING_SYNC",
    23: "REMINDER_MESSAGE",
    25: "STATUS_MENTION_MESSAGE",
    26: "STOP_GENERATION_MESSAGE",
    27: "LIMIT_SHARING",
    30: "GROUP_MEMBER_LABEL_CHANGE",
}
_KNOWN = frozenset(_WORDS.values())


def purpose(protocol: JsonObject) -> Any:
    """Return the word of its type; what is neither a number nor a word that is known, as it is."""
    kind = protocol.get("type")
    return _WORDS.get(kind, kind) if isinstance(kind, int) else kind


def unread_protocol(protocol: JsonObject) -> Ignored:
    """Return what becomes of one that neither revokes nor edits a message that it names."""
    return unread("a protocol message of type", purpose(protocol), _KNOWN)
