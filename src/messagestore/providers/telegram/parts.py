"""What a message carries that is neither text nor a file: places, polls, invoices, games."""

from collections.abc import Callable

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, children, flag, number, present, text
from messagestore.providers.payload import JsonObject


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
    kind = "giveaway" if child(message, "giveaway") else "giveaway_winners"
    return Content(
        content=text(message, kind, "prize_description"),
        metadata=present(kind=kind, winner_count=number(child(message, kind), "winner_count")),
    )


PARTS: dict[str, Callable[[JsonObject], Content]] = {
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
"""In the order in which to look: a venue has `location` too."""
