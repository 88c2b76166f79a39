"""An event of the Events API becomes one event of ours."""

from messagestore.event import Event, Ignored, ReactionChanged
from messagestore.providers.fields import child, clean, plain_word, required_identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.installation import Installation
from messagestore.providers.slack.messages import message_event
from messagestore.providers.timestamp import moment


def event_of(installation: Installation, event: JsonObject) -> Event:
    """Return what an event means; raises InvalidMessage where it cannot mean anything."""
    kind = event.get("type")
    match kind:
        case "message" | "app_mention":
            return message_event(installation, event)
        case "reaction_added" | "reaction_removed":
            return _reaction(installation, event, taken_back=kind == "reaction_removed")
        case _:
            return Ignored(reason=f"event {plain_word(kind)} carries no message")


def _reaction(installation: Installation, event: JsonObject, *, taken_back: bool) -> Event:
    item = child(event, "item")
    if item.get("type") != "message":
        return Ignored(reason="a reaction to a file, not to a message")
    emoji = text(event, "reaction")
    return ReactionChanged(
        message_id=installation.message_id(
            required_identifier(item, "channel"), required_identifier(item, "ts")
        ),
        sender=required_identifier(event, "user"),
        emoji=clean(emoji) if emoji and not taken_back else None,
        at=moment(event.get("event_ts")),
    )
