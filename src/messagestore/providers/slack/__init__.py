"""Slack: Events API bodies, interactive payloads and slash commands, by HTTP or by socket mode.

The source of every rule here is Slack's reference, https://docs.slack.dev/reference/events and
https://docs.slack.dev/interactivity.
"""

from collections.abc import Iterable, Mapping

from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import child
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.slack.bodies import read_body
from messagestore.providers.slack.commands import command_event
from messagestore.providers.slack.events import event_of
from messagestore.providers.slack.installation import Installation
from messagestore.providers.slack.interactions import action_events

__all__ = ["Slack"]

_NO_MESSAGES = {
    "url_verification": "the verification of the address, which the HTTP service answers",
    "app_rate_limited": "Slack sent no events for a minute: the app had over 30,000 in an hour",
    "hello": "a notice of socket mode",
    "disconnect": "a notice of socket mode",
    "ssl_check": "a check of the address",
}
_INTERACTIONS = kinds("""
    block_suggestion dialog_cancellation dialog_submission dialog_suggestion message_action
    shortcut view_closed view_submission workflow_step_edit
""")
"""Interactions that nobody says anything with: https://docs.slack.dev/reference/interaction-payloads"""


class Slack:
    """One event, one interaction or one command a request."""

    name = "slack"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`.

        `account` is the bot's user id (`U…`), or its bot id (`B…`).
        """
        del headers  # the signature is checked before; JSON and forms are told apart by themselves

        def events(payload: JsonObject) -> Iterable[Event]:
            return _events(payload, account)

        return list(each_part([read_body(body)], "body", events))


def _events(payload: JsonObject, account: str | None) -> Iterable[Event]:
    match payload.get("type"):
        case "event_callback":
            installation = Installation.of_event(payload, account)
            return [event_of(installation, child(payload, "event"))]
        case "block_actions" | "interactive_message":
            return action_events(payload, account)
        case None if "command" in payload:
            return [command_event(payload, account)]
        case str(kind) if kind in _NO_MESSAGES:
            return [Ignored(reason=_NO_MESSAGES[kind])]
        case kind:
            return [unread("a body of type", kind, _INTERACTIONS)]
