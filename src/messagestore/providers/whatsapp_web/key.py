"""The `key` of a message: the chat, the id within it, and who wrote.

A person has two addresses, a number and a hidden id (`@lid`); which of them comes as `remoteJid` or
`participant` and which in the field beside it is WhatsApp's choice for each chat. Receipts carry
only the first, so the first makes the `message_id`, and the number, where told, the context.
"""

from typing import Self

import msgspec

from messagestore.message import UNKNOWN_PARTY, ContextType, Direction
from messagestore.providers.fields import child, flag, identifier
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.addresses import (
    STATUS,
    best,
    is_broadcast_list,
    is_channel,
    is_group,
    is_hidden,
    plain,
)
from messagestore.providers.whatsapp_web.session import Session


class Key(msgspec.Struct, kw_only=True, frozen=True):
    """One message of one chat. `person` and `participant` are numbers where those are told."""

    chat: str
    person: str
    participant: str | None
    from_me: bool
    id: str | None

    @classmethod
    def of(cls, part: JsonObject) -> Self:
        """Read the object that has `key`, or that is a key. Raises InvalidMessage."""
        key = child(part, "key") or part
        chat = _address(key, "remoteJid")
        participant = best(
            _address(holder, name)
            for holder, name in (
                (key, "participantAlt"),
                (key, "participantPn"),
                (key, "senderPn"),
                (key, "participant"),
                (part, "participant"),
            )
        )
        person = best((_address(key, "remoteJidAlt"), _address(key, "senderPn"), chat))
        return cls(
            chat=chat or UNKNOWN_PARTY,
            person=person or UNKNOWN_PARTY,
            participant=participant,
            from_me=flag(key, "fromMe") or False,
            id=identifier(key, "id"),
        )

    def message_id(self, session: Session) -> str | None:
        """Return the globally unique id, or None where the key has none."""
        return session.message_id(self.chat, self.id) if self.id else None

    @property
    def context_id(self) -> str:
        """The conversation: what comes through a broadcast list is private to each recipient."""
        if is_broadcast_list(self.chat) and not self.from_me and self.participant:
            return self.participant
        return self.chat if self.is_crowd else self.person

    @property
    def certain_context_id(self) -> str | None:
        """The conversation, or None where the message may know a better address of it."""
        context = self.context_id
        return None if is_hidden(context) or context == UNKNOWN_PARTY else context

    @property
    def is_crowd(self) -> bool:
        """Whether more than two see what is written there."""
        mailing = is_broadcast_list(self.chat) and (self.from_me or not self.participant)
        return mailing or is_group(self.chat) or is_channel(self.chat) or self.chat == STATUS

    def parties(self, session: Session) -> Parties:
        """Return both ends; whoever is not named is `unknown`."""
        context = self.context_id
        bot = session.account
        if bot == UNKNOWN_PARTY and self.from_me and self.participant and self.is_crowd:
            bot = self.participant
        return Parties(
            direction=Direction.OUTGOING if self.from_me else Direction.INCOMING,
            sender=bot if self.from_me else self._author(),
            recipient=context if self.from_me else bot,
            context_id=context,
            context_type=ContextType.GROUP if self.is_crowd else ContextType.PRIVATE,
        )

    def _author(self) -> str:
        if not self.is_crowd or is_channel(self.chat):
            return self.context_id
        return self.participant or UNKNOWN_PARTY


def _address(part: JsonObject, name: str) -> str | None:
    found = identifier(part, name)
    return plain(found) if found else None
