"""What a message says and carries: Telegram has no type, a message is what it has a field for."""

from collections.abc import Callable

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import (
    child,
    children,
    first_text,
    flag,
    number,
    plain_word,
    present,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.telegram.envelope import ENVELOPE
from messagestore.providers.telegram.media import MEDIA_TYPES, media_content, paid_media_content
from messagestore.providers.telegram.rich_text import rich_text
from messagestore.providers.telegram.services import SERVICES, service_content


def content_of(message: JsonObject) -> Content:
    """Return the content; of a kind that is not known, its name and whatever looks like text."""
    if _has(message, "text"):
        return Content(content=text(message, "text"), metadata={"kind": "text"})
    for kind, read in _READERS.items():
        if _has(message, kind):
            return read(message)
    for kind in MEDIA_TYPES:
        if _has(message, kind):
            return media_content(message, kind)
    for service in SERVICES:
        if _has(message, service):
            return service_content(message, service)
    return _unknown(message)


def _has(message: JsonObject, key: str) -> bool:
    """Whether there is such a field; python-telegram-bot writes those that are not as false."""
    return message.get(key) is not None and message[key] is not False


def _rich(message: JsonObject) -> Content:
    words = rich_text(child(message, "rich_message"))
    return Content(content=words or None, metadata={"kind": "rich_message"})


def _venue(message: JsonObject) -> Content:
    venue = child(message, "venue")
    return Content(
        content=text(venue, "title"),
        media_type=MediaType.LOCATION,
        metadata=present(
            kind="venue",
            latitude=number(child(venue, "location"), "latitude"),
            longitude=number(child(venue, "location"), "longitude"),
            location_name=text(venue, "title"),
            location_address=text(venue, "address"),
        ),
    )


def _location(message: JsonObject) -> Content:
    place = child(message, "location")
    return Content(
        media_type=MediaType.LOCATION,
        metadata=present(
            kind="location",
            latitude=number(place, "latitude"),
            longitude=number(place, "longitude"),
            live_period=number(place, "live_period"),
        ),
    )


def _contact(message: JsonObject) -> Content:
    card = child(message, "contact")
    names = [name for key in ("first_name", "last_name") if (name := text(card, key))]
    phone = text(card, "phone_number")
    return Content(
        media_type=MediaType.CONTACTS,
        metadata=present(
            kind="contact",
            contact_names=[" ".join(names)] if names else None,
            contact_phones=[phone] if phone else None,
            contact_user_id=number(card, "user_id"),
        ),
    )


def _poll(message: JsonObject) -> Content:
    poll = child(message, "poll")
    options = [option for part in children(poll, "options") if (option := text(part, "text"))]
    return Content(
        content=text(poll, "question"),
        media_type=MediaType.POLL,
        metadata=present(
            kind="poll",
            poll_id=text(poll, "id"),
            poll_options=options or None,
            poll_type=text(poll, "type"),
            poll_is_anonymous=flag(poll, "is_anonymous"),
        ),
    )


def _checklist(message: JsonObject) -> Content:
    checklist = child(message, "checklist")
    tasks = [task for part in children(checklist, "tasks") if (task := text(part, "text"))]
    return Content(
        content=text(checklist, "title"),
        media_type=MediaType.OTHER,
        metadata=present(kind="checklist", checklist_tasks=tasks or None),
    )


def _dice(message: JsonObject) -> Content:
    dice = child(message, "dice")
    return Content(
        content=text(dice, "emoji"),
        media_type=MediaType.OTHER,
        metadata=present(kind="dice", dice_value=number(dice, "value")),
    )


def _game(message: JsonObject) -> Content:
    return Content(
        content=text(message, "game", "title"),
        media_type=MediaType.OTHER,
        metadata={"kind": "game"},
    )


def _invoice(message: JsonObject) -> Content:
    invoice = child(message, "invoice")
    return Content(
        content=text(invoice, "title"),
        media_type=MediaType.ORDER,
        metadata=present(
            kind="invoice",
            currency=text(invoice, "currency"),
            total_amount=number(invoice, "total_amount"),
        ),
    )


def _story(_: JsonObject) -> Content:
    return Content(media_type=MediaType.OTHER, metadata={"kind": "story"})


def _web_app_data(message: JsonObject) -> Content:
    """Read what a web app sent; the person tapped the button that opened it."""
    data = child(message, "web_app_data")
    return Content(
        content=text(data, "data"),
        metadata=present(kind="web_app_data", reply_title=text(data, "button_text")),
    )


def _giveaway(message: JsonObject) -> Content:
    kind = "giveaway" if _has(message, "giveaway") else "giveaway_winners"
    return Content(
        content=text(message, kind, "prize_description"),
        metadata=present(kind=kind, winner_count=number(child(message, kind), "winner_count")),
    )


def _unknown(message: JsonObject) -> Content:
    """Read a kind that Telegram adds after this was written, named by a field that is not known."""
    known = (key for key in message if key not in ENVELOPE and _has(message, key))
    kinds = (key for key in known if plain_word(key) == key)
    kind = next(kinds, "unknown")
    part = child(message, kind)
    return Content(
        content=first_text(part, "text", "caption", "title") or text(message, "caption"),
        media_type=MediaType.OTHER if text(part, "file_id") else None,
        metadata=present(kind=kind, media_id=text(part, "file_id")),
    )


_READERS: dict[str, Callable[[JsonObject], Content]] = {
    "rich_message": _rich,
    "paid_media": paid_media_content,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "checklist": _checklist,
    "dice": _dice,
    "game": _game,
    "invoice": _invoice,
    "story": _story,
    "web_app_data": _web_app_data,
    "giveaway": _giveaway,
    "giveaway_winners": _giveaway,
}
