"""Examples: what the schemas' structs look like, for OpenAPI."""

from typing import Any

_NEW: dict[str, Any] = {
    "message_id": "shop-1",
    "context_id": "12025550171",
    "direction": "incoming",
    "sender": "12025550171",
    "recipient": "shop",
    "content": "Are you open on Sunday?",
}
_MESSAGE: dict[str, Any] = {
    "id": "019caeb2-3c00-7d3f-8a01-9b1e2f3a4b5c",
    **_NEW,
    "context_type": "private",
    "media_url": None,
    "media_type": None,
    "media_content_type": None,
    "media_size": None,
    "status": "delivered",
    "error_message": None,
    "metadata": {},
    "created_at": "2026-03-02T09:12:05Z",
    "delivered_at": None,
    "read_at": None,
    "reply_to_message_id": None,
    "is_bot_command": False,
    "is_admin_command": False,
    "command_name": None,
    "deleted_at": None,
    "is_deleted": False,
}
_COUNTS = {"total": 2, "incoming": 1, "outgoing": 1, "with_media": 0, "commands": 0, "failed": 0}
_CONVERSATION = _COUNTS | {
    "context_id": "12025550171",
    "context_type": "private",
    "first_message_at": "2026-03-02T09:12:05Z",
    "last_message_at": "2026-03-02T09:12:31Z",
}
_QUARANTINED = {
    "id": "20260302T091205123456-0a1b2c3d:7",
    "since": "2026-03-02T09:12:05Z",
    "reason": "part 1: the id has more than 500 characters",
    "kind": "payload",
    "target": "whatsapp_cloud",
    "payload": '{"type":"payload","provider":"whatsapp_cloud","account":null,"body":"e30="}',
    "payload_base64": None,
}

EXAMPLES: dict[str, Any] = {
    "Message": _MESSAGE,
    "NewMessage": _NEW,
    "NewMessages": {"messages": [_NEW]},
    "Logged": {"outcome": "stored", "message": _MESSAGE, "reason": None},
    "LoggedMany": {"results": [{"outcome": "stored", "message": _MESSAGE, "reason": None}]},
    "Page": {"messages": [_MESSAGE], "next": None},
    "Messages": {"messages": [_MESSAGE]},
    "Thread": {"ancestors": [], "message": _MESSAGE, "replies": []},
    "MessageStats": _COUNTS,
    "ConversationPage": {"conversations": [_CONVERSATION], "next": None},
    "QuarantinedRecord": _QUARANTINED,
    "QuarantinePage": {"records": [_QUARANTINED], "next": None},
    "Retrial": {"outcomes": {"stored": 1}, "refused": None},
    "StatusUpdate": {"message_id": "shop-2", "status": "read", "at": "2026-03-02T09:13:40Z"},
    "MetadataQuestion": {"contains": {"campaign": "spring"}, "limit": 50},
}
