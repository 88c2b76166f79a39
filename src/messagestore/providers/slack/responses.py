"""What a bot says through the `response_url` of a command or of an interaction.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from collections.abc import Iterator

import msgspec

from messagestore.providers.fields import child, children, flag, identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.sends import EPHEMERAL, POST

IN_CHANNEL = "in_channel"
"""The `response_type` of what everybody in the channel sees; by default one person alone does."""


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a `response_url` leads; `acted_on` is whether all can see what was acted on."""

    channel: str
    person: str | None
    acted_on_public: bool


def response_urls(payload: JsonObject) -> Iterator[tuple[str, Conversation]]:
    """Yield each `response_url` of a request of Slack's, and where it leads.

    A submitted form has those of its fields that ask for a conversation.
    """
    person = identifier(payload, "user_id") or identifier(payload, "user", "id")
    for part in [payload, *children(payload, "response_urls")]:
        url = text(part, "response_url")
        channel = identifier(part, "channel_id") or identifier(part, "channel", "id")
        channel = channel or identifier(part, "container", "channel_id")
        if url and channel:
            yield (
                url,
                Conversation(
                    channel=channel, person=person, acted_on_public=_acted_on_public(payload)
                ),
            )


def call_of(arguments: JsonObject, conversation: Conversation) -> tuple[str, JsonObject] | None:
    """Return the method of the Web API that says the same, and its arguments.

    None for what replaces or deletes a message that all can see: Slack tells of that by an event.
    What replaces one that a single person sees is a message of its own: nothing else tells of it.
    """
    if flag(arguments, "delete_original"):
        return None
    if flag(arguments, "replace_original") and conversation.acted_on_public:
        return None
    public = text(arguments, "response_type") == IN_CHANNEL
    person = None if public else conversation.person
    where = {"channel": conversation.channel} | ({"user": person} if person else {})
    return (POST if public else EPHEMERAL), arguments | where


def _acted_on_public(payload: JsonObject) -> bool:
    container = child(payload, "container")
    if text(container, "type") == "message":
        return not flag(container, "is_ephemeral")
    return (
        "original_message" in payload
    )  # of an attachment's button; left out where it is ephemeral
