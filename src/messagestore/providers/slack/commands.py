"""Slash commands."""

from messagestore.event import Event, MessageReceived
from messagestore.message import ContextType
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import clean, present, required_identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.slack.installation import Installation, context_type_of


def command_event(payload: JsonObject, account: str | None) -> Event:
    """Return the incoming message of a slash command, which Slack itself shows to nobody.

    It has no time and no `ts`; `trigger_id` is another at each call. Raises InvalidMessage.
    """
    installation = Installation.of_interaction(payload, account)
    channel = required_identifier(payload, "channel_id")
    command = required_identifier(payload, "command")
    words = text(payload, "text")
    person = {"user": required_identifier(payload, "user_id")}
    trigger = required_identifier(payload, "trigger_id")
    new = composed(
        installation.parties(person, channel, _context_type(payload, channel)),
        Content(content=f"{command} {words}" if words else command),
        message_id=installation.message_id(channel, f"command-{trigger}"),
        metadata=installation.metadata()
        | present(kind="command", username=text(payload, "user_name")),
        raw=without_secrets(payload),
        is_bot_command=True,
        command_name=clean(command).removeprefix("/").casefold() or command,
    )
    return MessageReceived(message=new)


def _context_type(payload: JsonObject, channel: str) -> ContextType:
    direct = text(payload, "channel_name") == "directmessage"
    return context_type_of(channel, "im" if direct else None)
