"""Twilio Conversations: chats of several people over several channels, with edits and deletions.

Webhooks are named by `EventType`; those before an action (`onMessageAdd`) are questions to the bot,
not yet messages. A message that came over SMS or WhatsApp has an id of its own here (`IM…`).
"""

from collections.abc import Callable

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageReceived,
    StatusChanged,
)
from messagestore.message import ContextType, Direction, Status
from messagestore.providers.content import (
    Content,
    composed,
    edited,
    media_type_of_content,
    sane_size,
)
from messagestore.providers.fields import (
    identifier,
    plain_word,
    present,
    required_identifier,
    text,
)
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject, objects_in_text
from messagestore.providers.redaction import without_secrets
from messagestore.providers.timestamp import moment
from messagestore.providers.twilio.addresses import named
from messagestore.providers.twilio.failure import sentence_of
from messagestore.providers.twilio.messages import PROVIDER
from messagestore.providers.twilio.statuses import STATUSES

_NO_MESSAGES = kinds("""
    onConversationAdd onConversationAdded onConversationRemove onConversationRemoved
    onConversationStateUpdated onConversationUpdate onConversationUpdated onMessageAdd
    onMessageRemove onMessageUpdate onParticipantAdd onParticipantAdded onParticipantRemove
    onParticipantRemoved onParticipantUpdate onParticipantUpdated onUserAdded onUserUpdate
    onUserUpdated
""")
"""The other hooks of https://www.twilio.com/docs/conversations/conversations-webhooks"""


def conversation_event(form: JsonObject) -> Event:
    """Return the event of a webhook; raises InvalidMessage where it cannot be one."""
    kind = text(form, "EventType")
    reader = _READERS.get(kind or "")
    if reader is None:
        return unread("event", kind, _NO_MESSAGES)
    return reader(form)


def _added(form: JsonObject) -> Event:
    content = _content(form)
    return MessageReceived(
        message=composed(
            _parties(form),
            content,
            message_id=required_identifier(form, "MessageSid"),
            created_at=moment(form.get("DateCreated")),
            metadata=present(
                provider=PROVIDER,
                kind=str(content.media_type or "text"),
                channel=(text(form, "Source") or "chat").lower(),
                account_sid=text(form, "AccountSid"),
                messaging_service_sid=text(form, "MessagingServiceSid"),
            ),
            raw=without_secrets(form),
        )
    )


def _parties(form: JsonObject) -> Parties:
    """Read who wrote in a conversation: what came through the API is the bot's."""
    outgoing = (text(form, "Source") or "").upper() == "API"
    conversation = required_identifier(form, "ConversationSid")
    service = identifier(form, "MessagingServiceSid") or conversation
    author = named(form, "Author")
    return Parties(
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        sender=author or (service if outgoing else required_identifier(form, "Author")),
        recipient=conversation if outgoing else service,
        context_id=conversation,
        context_type=ContextType.GROUP,
    )


def _updated(form: JsonObject) -> Event:
    """Return an edit; its time names it, as it has no id."""
    message_id = required_identifier(form, "MessageSid")
    edited_at = required_identifier(form, "DateUpdated")
    return edited(
        _content(form),
        message_id=message_id,
        edit_id=f"{message_id}#{edited_at}",
        at=moment(edited_at),
        raw=without_secrets(form),
    )


def _removed(form: JsonObject) -> Event:
    return MessageDeleted(
        message_id=required_identifier(form, "MessageSid"),
        reason="removed from its conversation",
        at=moment(form.get("DateRemoved")),
    )


def _delivery(form: JsonObject) -> Event:
    """Return how far a message got with one participant: it is as far as whoever got furthest."""
    word = (text(form, "Status") or "").lower()
    status = STATUSES.get(word)
    if status is None:
        return Ignored(reason=f"status {plain_word(word)} is not known", unknown=True)
    return StatusChanged(
        message_id=required_identifier(form, "MessageSid"),
        status=status,
        at=moment(form.get("DateUpdated")) or moment(form.get("DateCreated")),
        error_message=(sentence_of(form) or word) if status is Status.FAILED else None,
        context_id=identifier(form, "ConversationSid"),
    )


def _content(form: JsonObject) -> Content:
    """Return the text and the files, which are JSON in a text: `[{Sid, ContentType, …}]`."""
    files = objects_in_text(text(form, "Media"))
    if not files:
        return Content(content=text(form, "Body"))
    first = files[0]
    return Content(
        content=text(form, "Body"),
        media_type=media_type_of_content(text(first, "ContentType")),
        media_content_type=text(first, "ContentType"),
        media_size=sane_size(first.get("Size")),
        metadata=present(
            media_id=text(first, "Sid"),
            filename=text(first, "Filename"),
            attachments=[_summary(file) for file in files],
        ),
    )


def _summary(file: JsonObject) -> JsonObject:
    return present(
        id=text(file, "Sid"),
        filename=text(file, "Filename"),
        content_type=text(file, "ContentType"),
        size=sane_size(file.get("Size")),
    )


_READERS: dict[str, Callable[[JsonObject], Event]] = {
    "onMessageAdded": _added,
    "onMessageUpdated": _updated,
    "onMessageRemoved": _removed,
    "onDeliveryUpdated": _delivery,
}
