"""A change becomes events: its messages, echoes, statuses and history."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from messagestore.event import Event, Ignored, Refused
from messagestore.providers.attempt import each_part
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_cloud.change import Change
from messagestore.providers.whatsapp_cloud.failure import code_of
from messagestore.providers.whatsapp_cloud.history import history_events, history_media_events
from messagestore.providers.whatsapp_cloud.messages import message_event
from messagestore.providers.whatsapp_cloud.parties import echo_parties, incoming_parties
from messagestore.providers.whatsapp_cloud.statuses import status_event

_ECHO_FIELDS = frozenset({"message_echoes", "smb_message_echoes"})
_READ_FIELDS = _ECHO_FIELDS | {"messages", "history", "standby"}
_NO_MESSAGES = kinds("""
    account_alerts account_review_update account_settings_update account_update automatic_events
    business_capability_update business_status_update business_username_updates calls flows
    group_lifecycle_update group_participants_update group_settings_update group_status_update
    message_template_components_update message_template_quality_update
    message_template_status_update messaging_handovers partner_solutions
    payment_configuration_update phone_number_name_update phone_number_quality_update security
    smb_app_state_sync template_category_update template_correct_category_detection
    tracking_events user_id_update user_preferences
""")
"""The other fields that an app can subscribe to; the source is
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
"""


def change_events(change: Change, value: JsonObject) -> Iterator[Event]:
    """Yield the events of one change; one that holds no messages yields one Ignored."""
    if not value:
        yield Refused(reason="value is missing or empty")
        return
    found = [key for key in _PARSERS if value.get(key) is not None]
    for key in found:
        yield from each_part(value[key], key, partial(_PARSERS[key], change))
    if not found:
        yield _nothing_found(change)


def _messages(change: Change, part: JsonObject) -> Iterable[Event]:
    if change.field in _ECHO_FIELDS:
        return _echo(change, part)
    if change.field == "history":
        return history_media_events(change, part)
    return [message_event(change, part, incoming_parties(change, part))]


def _echo(change: Change, part: JsonObject) -> Iterable[Event]:
    return [message_event(change, part, echo_parties(change, part))]


def _status(change: Change, part: JsonObject) -> Iterable[Event]:
    return [status_event(change, part)]


_PARSERS: Mapping[str, Callable[[Change, JsonObject], Iterable[Event]]] = {
    "messages": _messages,
    "message_echoes": _echo,
    "statuses": _status,
    "history": history_events,
}
"""What reads the parts of each array of a change, in the order in which they are read."""


def _nothing_found(change: Change) -> Ignored:
    codes = [str(code) for error in change.errors if (code := code_of(error)) is not None]
    if codes:
        return Ignored(reason=f"an error notice of Meta, code {', '.join(codes)}")
    if change.field in _READ_FIELDS:
        return Ignored(reason=f"field {change.field} without anything that is known", unknown=True)
    return unread("field", change.field, _NO_MESSAGES)
