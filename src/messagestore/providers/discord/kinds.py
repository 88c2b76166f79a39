"""The types of a message, which Discord numbers, and its flags."""

from messagestore.providers.payload import JsonObject

REPLY = 19
_TYPES = {
    0: "default",
    1: "recipient_add",
    2: "recipient_remove",
    3: "call",
    4: "channel_name_change",
    5: "channel_icon_change",
    6: "channel_pinned_message",
    7: "user_join",
    8: "guild_boost",
    9: "guild_boost_tier_1",
    10: "guild_boost_tier_2",
    11: "guild_boost_tier_3",
    12: "channel_follow_add",
    14: "guild_discovery_disqualified",
    15: "guild_discovery_requalified",
    16: "guild_discovery_grace_period_initial_warning",
    17: "guild_discovery_grace_period_final_warning",
    18: "thread_created",
    REPLY: "reply",
    20: "chat_input_command",
    21: "thread_starter_message",
    22: "guild_invite_reminder",
    23: "context_menu_command",
    24: "auto_moderation_action",
    25: "role_subscription_purchase",
    26: "interaction_premium_upsell",
    27: "stage_start",
    28: "stage_end",
    29: "stage_speaker",
    30: "stage_raise_hand",
    31: "stage_topic",
    32: "guild_application_premium_subscription",
    36: "guild_incident_alert_mode_enabled",
    37: "guild_incident_alert_mode_disabled",
    38: "guild_incident_report_raid",
    39: "guild_incident_report_false_alarm",
    44: "purchase_notification",
    46: "poll_result",
    63: "emoji_added",
}
_LARGEST_TYPE = 9999

WRITTEN_TYPES = frozenset({"default", "reply", "chat_input_command", "context_menu_command"})
"""The types whose content somebody wrote; the others are notices of Discord's own."""

GROUP_DM_TYPES = frozenset(
    {"recipient_add", "recipient_remove", "channel_name_change", "channel_icon_change"}
)
"""Notices that only a direct chat of several people has."""

IS_CROSSPOST = 1 << 1
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SILENT = 1 << 12
VOICE = 1 << 13


def type_of(message: JsonObject) -> str:
    """Return the name of a message's type; `type_99` for one that came after this was written."""
    number = message.get("type", 0)
    if isinstance(number, bool) or not isinstance(number, int):
        return "unknown"
    known = _TYPES.get(number)
    if known is None and 0 <= number <= _LARGEST_TYPE:
        return f"type_{number}"
    return known or "unknown"


def has_flag(message: JsonObject, bit: int) -> bool:
    """Return whether a message has one of the flags above."""
    flags = message.get("flags")
    return isinstance(flags, int) and bool(flags & bit)
