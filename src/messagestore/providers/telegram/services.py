"""Service messages: what happened to a chat, told in it as a message."""

from collections.abc import Iterable

from messagestore.providers.content import Content
from messagestore.providers.fields import child, children, identifier, number, present, text
from messagestore.providers.payload import JsonObject

SERVICES = (
    "new_chat_members",
    "left_chat_member",
    "chat_owner_left",
    "chat_owner_changed",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "user_shared",
    "chat_shared",
    "gift",
    "unique_gift",
    "gift_upgrade_sent",
    "connected_website",
    "write_access_allowed",
    "passport_data",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "direct_message_price_changed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway_created",
    "giveaway_completed",
    "managed_bot_created",
    "paid_message_price_changed",
    "poll_option_added",
    "poll_option_deleted",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "community_chat_added",
    "community_chat_removed",
    "community_chat_joined",
)

_WORDS = {
    "gift": "text",
    "gift_upgrade_sent": "text",
    "poll_option_added": "option_text",
    "poll_option_deleted": "option_text",
}
"""Where a service message repeats words of a person that no other message has."""


def service_content(message: JsonObject, service: str) -> Content:
    """Return what a service message says; most say no more than their name."""
    part = child(message, service)
    payment = service in ("successful_payment", "refunded_payment")
    people = list(_people(message, service))
    return Content(
        content=text(message, service) or text(part, _WORDS.get(service, "")),
        metadata=present(
            kind="system",
            system_type=service,
            member_ids=[found for user in people if (found := identifier(user, "id"))] or None,
            member_names=[found for user in people if (found := text(user, "first_name"))] or None,
            migrate_to_chat_id=identifier(message, "migrate_to_chat_id"),
            migrate_from_chat_id=identifier(message, "migrate_from_chat_id"),
            topic_name=text(part, "name") if service.startswith("forum_topic") else None,
            shared_ids=list(_shared(part)) or None,
            gift_id=text(part, "gift", "id") or text(part, "gift", "name"),
            currency=text(part, "currency") if payment else None,
            total_amount=number(part, "total_amount") if payment else None,
            invoice_payload=text(part, "invoice_payload") if payment else None,
        ),
    )


def _people(message: JsonObject, service: str) -> Iterable[JsonObject]:
    if service == "new_chat_members":
        return children(message, service)
    return [child(message, service)] if service == "left_chat_member" else []


def _shared(part: JsonObject) -> Iterable[str]:
    """Yield the ids of the users or the chat that a person picked for the bot."""
    for found in (*children(part, "users"), part):
        for key in ("user_id", "chat_id"):
            if (value := identifier(found, key)) is not None:
                yield value
