"""Kinds of messages: what a message is besides its text, drawn once for a thousand kinds."""

from random import Random
from typing import NamedTuple

KINDS = 5000

_COMMANDS = ("help", "start", "menu", "order", "status", "stop", "language", "agent")
_ADMIN_COMMANDS = ("ban", "broadcast")
_MEDIA = (
    ("image", "image/jpeg", 60),
    ("audio", "audio/ogg", 20),
    ("video", "video/mp4", 8),
    ("document", "application/pdf", 9),
    ("sticker", "image/webp", 3),
)
_ERRORS = ("131026: message undeliverable", "131047: more than 24 hours have passed", "131053")


class Kind(NamedTuple):
    """One kind, most of it in JSON already."""

    incoming: bool
    command: str
    """Its name, empty where it is no command."""
    has_media: bool
    media: str
    """The four fields of media; that of the URL holds `%d` for the number of the message."""
    outcome: str
    """Status and error."""
    delivered: bool
    read: bool
    flags: str
    """What is said of commands and deletion."""
    reply: bool
    texts: int
    """How many texts it is made of: 0, 1 or 2."""
    numbered: bool
    """Whether a number follows that no other message has."""
    has_order: bool
    metadata: str
    """With `%d` for the number of an order, where there is one."""


def kinds(dice: Random) -> list[Kind]:
    """Draw the kinds: 2 % failed, 6 % are commands, 12 % have media, 10 % are replies."""
    failed, commands, media = (round(KINDS * share) for share in (0.02, 0.06, 0.12))
    forms = ["failed"] * failed + ["command"] * commands + ["media"] * media
    forms += ["text"] * (KINDS - len(forms))
    return [_kind(dice, form) for form in forms]


def _kind(dice: Random, form: str) -> Kind:
    incoming = form == "command" or (form != "failed" and _one_in(dice, 1.75))
    status = "failed" if form == "failed" else _status(dice, incoming=incoming)
    command = _command(dice) if form == "command" else ""
    has_media, has_order = form == "media", _one_in(dice, 3)
    return Kind(
        incoming=incoming,
        command=command,
        has_media=has_media,
        media=_media(dice) if has_media else _NO_MEDIA,
        outcome=f'"status":"{status}","error_message":{_error(dice, status)}',
        delivered=status in {"delivered", "read"} and not incoming,
        read=status == "read" and not incoming,
        flags=_flags(command),
        reply=_one_in(dice, 10),
        texts=0 if has_media and _one_in(dice, 2) else 1 + _one_in(dice, 2.5),
        numbered=_one_in(dice, 25),
        has_order=has_order,
        metadata=_metadata(dice, has_order=has_order),
    )


def _one_in(dice: Random, many: float) -> bool:
    return dice.random() * many < 1


def _status(dice: Random, *, incoming: bool) -> str:
    if incoming:
        return dice.choices(("delivered", "read"), (7, 3))[0]
    return dice.choices(("sent", "delivered", "read"), (2, 7, 11))[0]


def _error(dice: Random, status: str) -> str:
    return f'"{dice.choice(_ERRORS)}"' if status == "failed" else "null"


def _command(dice: Random) -> str:
    return dice.choice(_ADMIN_COMMANDS if _one_in(dice, 10) else _COMMANDS)


_NO_MEDIA = '"media_url":null,"media_type":null,"media_content_type":null,"media_size":null'


def _media(dice: Random) -> str:
    kind, content_type, _ = dice.choices(_MEDIA, [weight for *_, weight in _MEDIA])[0]
    size = int(dice.lognormvariate(12, 1.2))
    return (
        f'"media_url":"https://media.example.org/%d","media_type":"{kind}",'
        f'"media_content_type":"{content_type}","media_size":{size}'
    )


def _flags(name: str) -> str:
    known = (str(bool(name)).lower(), str(name in _ADMIN_COMMANDS).lower())
    command = f'"{name}"' if name else "null"
    return (
        f'"is_bot_command":{known[0]},"is_admin_command":{known[1]},"command_name":{command},'
        '"deleted_at":null,"is_deleted":false'
    )


def _metadata(dice: Random, *, has_order: bool) -> str:
    provider = dice.choice(("whatsapp", "whatsapp", "telegram", "twilio"))
    fields = [f'"provider":"{provider}","account":"10655{dice.randrange(4):05d}"']
    if has_order:
        paid = str(_one_in(dice, 10)).lower()
        fields.append(f'"order":{{"number":%d,"paid":{paid}}}')
    if _one_in(dice, 5):
        fields.append(f'"flow":{{"name":"flow-{dice.randrange(20)}","step":{dice.randrange(9)}}}')
    return "{" + ",".join(fields) + "}"
