"""Who wrote to whom: `from`, `to` and `participant`, which the engines fill in differently."""

import msgspec

from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import child, flag, identifier
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.waha.identity import WahaId
from messagestore.providers.whatsapp_web.addresses import best, plain
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.session import Session


def key_of(payload: JsonObject, known: WahaId | None) -> Key:
    """Return the chat and who wrote in it.

    `from` is the chat of what came in. Of what the bot sent it is the bot in WEBJS, and the chat in
    NOWEB and GOWS; there the id tells. Numbers of hidden people are in the engine's own message.
    """
    from_me = flag(payload, "fromMe") or False
    sender, recipient = address(payload, "from"), address(payload, "to")
    named = known.chat if known else None
    chat = (named or recipient or sender) if from_me else (sender or named)
    key, info = child(payload, "_data", "key"), child(payload, "_data", "Info")
    other = address(info, "RecipientAlt" if from_me else "SenderAlt")
    return Key(
        chat=chat or UNKNOWN_PARTY,
        person=best((chat, address(key, "remoteJidAlt"), address(key, "senderPn"), other))
        or UNKNOWN_PARTY,
        participant=best(
            (
                address(key, "participantAlt"),
                address(key, "participantPn"),
                address(info, "SenderAlt"),
                address(payload, "participant"),
                address(payload, "author"),
                known.participant if known else None,
            )
        ),
        from_me=from_me,
        id=known.id if known else None,
    )


def parties_of(session: Session, key: Key, payload: JsonObject) -> Parties:
    """Return both ends; without `me`, the `from` beside a `to` is the bot (WEBJS)."""
    parties = key.parties(session)
    sender = address(payload, "from")
    if key.from_me and session.account == UNKNOWN_PARTY and sender and address(payload, "to"):
        return msgspec.structs.replace(parties, sender=sender)
    return parties


def address(part: JsonObject, name: str) -> str | None:
    """Return the address of that name, plain."""
    found = identifier(part, name)
    return plain(found) if found else None
