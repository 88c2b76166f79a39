"""Where the app is installed, and who it is there."""

from typing import Self

import msgspec

from messagestore.message import UNKNOWN_PARTY, ContextType, Direction
from messagestore.providers.fields import child, children, flag, identifier, present, text
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.identity import message_id_of

PROVIDER = "slack"

_PRIVATE = frozenset({"im", "app_home"})


class Installation(msgspec.Struct, kw_only=True, frozen=True):
    """`team` is the first part of ids; `own` holds every id by which the app is known."""

    team: str
    bot: str
    own: frozenset[str]

    @classmethod
    def of_event(cls, payload: JsonObject, account: str | None) -> Self:
        """Read the envelope of an event; raises InvalidMessage for an id of a wrong type.

        In a channel that two organizations share, `team_id` is where the event occurred, and
        another for each that writes there. `authorizations` names the installation that sees it,
        which is one and the same for a message, its edits and its reactions.
        """
        seen = next(iter(children(payload, "authorizations")), {})
        bot = identifier(seen, "user_id") if flag(seen, "is_bot") else None
        team = _organization(seen) or identifier(seen, "team_id")
        team = team or identifier(payload, "context_team_id")
        return cls.made(
            team or identifier(payload, "team_id") or identifier(payload, "event", "team"),
            bot=bot or account,
            own=(bot, account, identifier(payload, "api_app_id")),
        )

    @classmethod
    def of_interaction(cls, payload: JsonObject, account: str | None) -> Self:
        """Read an interaction or a command, which names the person's team.

        The app's own is that of its message, on which the person acted.
        """
        message = child(payload, "message")
        team = _organization(payload) or identifier(message, "team")
        team = team or identifier(child(payload, "team"), "id") or identifier(payload, "team_id")
        bot = account or identifier(message, "user") or identifier(message, "bot_id")
        return cls.made(
            team or identifier(child(payload, "user"), "team_id"), bot=bot, own=(account,)
        )

    @classmethod
    def of_identity(cls, answer: JsonObject) -> Self:
        """Read what `auth.test` answers: who a token speaks for."""
        bot = identifier(answer, "user_id")
        team = _organization(answer) or identifier(answer, "team_id")
        return cls.made(team, bot=bot, own=(bot, identifier(answer, "bot_id")))

    @classmethod
    def made(cls, team: str | None, *, bot: str | None, own: tuple[str | None, ...] = ()) -> Self:
        """Return an installation of which some things may not be known."""
        return cls(
            team=team or UNKNOWN_PARTY,
            bot=bot or UNKNOWN_PARTY,
            own=frozenset(name for name in own if name),
        )

    def message_id(self, channel: str, ts: str) -> str:
        """Return the id of a message that this installation sees."""
        return message_id_of(self.team, channel, ts)

    def parties(self, message: JsonObject, channel: str, context_type: ContextType) -> Parties:
        """Return both ends: whoever wrote it, and the bot or the channel."""
        author = identifier(message, "user") or identifier(message, "bot_id") or UNKNOWN_PARTY
        own = self._wrote(message)
        return Parties(
            direction=Direction.OUTGOING if own else Direction.INCOMING,
            sender=author,
            recipient=channel if own else self.bot,
            context_id=channel,
            context_type=context_type,
        )

    def metadata(self) -> JsonObject:
        """Return what belongs into the metadata of each message."""
        return present(provider=PROVIDER, team_id=self.team)

    def _wrote(self, message: JsonObject) -> bool:
        names = (
            text(message, "user"),
            text(message, "bot_id"),
            text(message, "app_id"),
            text(message, "bot_profile", "app_id"),
        )
        return not self.own.isdisjoint(name for name in names if name)


def context_type_of(channel: str, channel_type: str | None) -> ContextType:
    """Return `private` for a conversation of two; not every event has `channel_type`."""
    private = channel_type in _PRIVATE or channel.startswith("D")
    return ContextType.PRIVATE if private else ContextType.GROUP


def _organization(part: JsonObject) -> str | None:
    """Return the organization, where the app is installed for all of its teams at once."""
    if part.get("is_enterprise_install") not in (True, "true"):
        return None
    return identifier(child(part, "enterprise"), "id") or identifier(part, "enterprise_id")


def answered_id(installation: Installation, answer: JsonObject, channel: str, ts: str) -> str:
    """Return the id of what a call sent; where the team is not known, the answer may tell it."""
    if installation.team != UNKNOWN_PARTY:
        return installation.message_id(channel, ts)
    return message_id_of(identifier(answer, "message", "team") or UNKNOWN_PARTY, channel, ts)
