"""Who wrote to whom, and in which context."""

from messagestore.message import UNKNOWN_PARTY, ContextType, Direction
from messagestore.providers.fields import child, flag, identifier
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.addresses import best, is_group, plain

_CHAT_PATHS = (("key", "remoteJid"), ("chatId",), ("from",), ("to",))
_PERSON_PATHS = (("key", "remoteJidAlt"), ("key", "senderPn"), ("from",), ("key", "remoteJid"))
_PARTICIPANT_PATHS = (
    ("key", "participantAlt"),
    ("key", "participantPn"),
    ("key", "participant"),
    ("participant",),
    ("author",),
    ("message", "fromId", "userId"),
)
_MISSING = frozenset({"undefined", "null", "unknown@unknown"})
"""What JavaScript makes of a missing value in a template string, as in `${payload.author}`."""


def parties_of(ctx: JsonObject) -> Parties:
    """Read both ends; whoever is not named is `unknown`, so that no message is lost for it."""
    outgoing = is_outgoing(ctx)
    group = next((value for path in _CHAT_PATHS if is_group(value := named(ctx, *path))), None)
    bot = _bot(ctx, outgoing=outgoing)
    chat = group or _person(ctx, outgoing=outgoing) or UNKNOWN_PARTY
    author = (_first(ctx, *_PARTICIPANT_PATHS) or UNKNOWN_PARTY) if group else chat
    return Parties(
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        sender=bot if outgoing else author,
        recipient=chat if outgoing else bot,
        context_id=chat,
        context_type=ContextType.GROUP if group else ContextType.PRIVATE,
    )


def is_outgoing(ctx: JsonObject) -> bool:
    """Return whether the bot sent it: `send_message` has `answer`, the libraries say `fromMe`."""
    said_from_me = flag(ctx, "fromMe") or flag(child(ctx, "key"), "fromMe")
    return "answer" in ctx or bool(said_from_me or flag(child(ctx, "id"), "fromMe"))


def named(ctx: JsonObject, *path: str) -> str | None:
    """Return the address at that path, plain; what JavaScript had no value for is None.

    WPPConnect and whatsapp-web.js also write addresses as objects with `_serialized`.
    """
    wid = identifier(child(ctx, *path), "_serialized")
    found = wid or identifier(ctx, *path)
    return None if found is None or found in _MISSING else plain(found)


def _first(ctx: JsonObject, *paths: tuple[str, ...]) -> str | None:
    return best(named(ctx, *path) for path in paths)


def _person(ctx: JsonObject, *, outgoing: bool) -> str | None:
    """Return the other end of a private chat.

    `from` is the chat in Baileys and in `send_message`, whoever sent it; in Venom, WPPConnect and
    whatsapp-web.js it is the sender, so that for their outgoing messages `to` is the chat.
    """
    if outgoing and "answer" not in ctx and not child(ctx, "key"):
        return _first(ctx, ("to",), ("chatId",))
    return _first(ctx, *_PERSON_PATHS, ("chatId",))


def _bot(ctx: JsonObject, *, outgoing: bool) -> str:
    """Return the bot's own number: the library names it in `to`, the framework in `host`."""
    if outgoing and "answer" not in ctx and not child(ctx, "key"):
        return _first(ctx, ("from",), ("host",)) or UNKNOWN_PARTY
    recipient = None if outgoing else named(ctx, "to")
    return (None if is_group(recipient) else recipient) or named(ctx, "host") or UNKNOWN_PARTY
