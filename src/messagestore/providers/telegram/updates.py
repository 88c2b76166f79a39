"""An update becomes events, by the one field that it has beside `update_id`."""

from collections.abc import Callable, Iterable, Iterator

from messagestore.event import Event, Ignored, MessageDeleted, MessageReceived, Refused
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import identifier, required_identifier
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject, json_type
from messagestore.providers.telegram.callbacks import tapped_button
from messagestore.providers.telegram.identity import context_id_of, global_id
from messagestore.providers.telegram.messages import edited_message, new_message
from messagestore.providers.telegram.reactions import reaction_changed

_Read = Callable[[str, JsonObject, str], Iterable[Event]]


_NO_MESSAGES = kinds("""
    business_connection chat_boost chat_join_request chat_member chosen_inline_result inline_query
    managed_bot message_reaction_count my_chat_member poll poll_answer pre_checkout_query
    purchased_paid_media removed_chat_boost shipping_query stopped_message_generation subscription
""")
"""The other fields of https://core.telegram.org/bots/api#update"""


def is_update(part: JsonObject) -> bool:
    """Whether an object looks like an update."""
    return "update_id" in part or any(kind in part for kind in _READERS)


def update_events(bot: str, update: JsonObject) -> Iterator[Event]:
    """Yield the events of an update; raises InvalidMessage where it cannot be one."""
    named = [key for key in update if key != "update_id"]
    if not named:
        yield Ignored(reason="an update without content")
    for kind in named:
        read, part = _READERS.get(kind), update[kind]
        if read is None:
            yield unread("an update of type", kind, _NO_MESSAGES)
        elif isinstance(part, dict):
            yield from read(bot, part, identifier(update, "update_id") or "0")
        else:
            yield Refused(reason=f"{kind} must be an object, not {json_type(part)}")


def _message(bot: str, part: JsonObject, _: str) -> Iterable[Event]:
    return [MessageReceived(message=new_message(bot, part))]


def _edit(bot: str, part: JsonObject, update_id: str) -> Iterable[Event]:
    return [edited_message(bot, part, update_id)]


def _deletions(bot: str, part: JsonObject, _: str) -> Iterable[Event]:
    """Yield the deletions in a chat of a business account; no time is told."""
    context_id = context_id_of(part)

    def deleted(gone: JsonObject) -> Iterable[Event]:
        number = required_identifier(gone, "message_id")
        message_id = global_id(bot, context_id, number)
        return [MessageDeleted(message_id=message_id, reason="deleted in the business chat")]

    numbers = part.get("message_ids")
    parts = numbers if not isinstance(numbers, list) else [{"message_id": n} for n in numbers]
    return each_part(parts, "message_ids", deleted)


def _reaction(bot: str, part: JsonObject, _: str) -> Iterable[Event]:
    return [reaction_changed(bot, part)]


def _tap(bot: str, part: JsonObject, _: str) -> Iterable[Event]:
    return [MessageReceived(message=tapped_button(bot, part))]


_READERS: dict[str, _Read] = {
    "message": _message,
    "edited_message": _edit,
    "channel_post": _message,
    "edited_channel_post": _edit,
    "business_message": _message,
    "edited_business_message": _edit,
    "deleted_business_messages": _deletions,
    "guest_message": _message,
    "message_reaction": _reaction,
    "callback_query": _tap,
}
