"""Methods that send something other than a file, and the part of a message that it will be."""

from collections.abc import Callable

from messagestore.providers.fields import children, number, text
from messagestore.providers.payload import JsonObject


def _poll(parameters: JsonObject) -> JsonObject:
    options = parameters.get("options")
    texts = options if isinstance(options, list) else []
    parts = [{"text": option} if isinstance(option, str) else option for option in texts]
    return {"poll": parameters | {"options": parts}}


def _invoice(parameters: JsonObject) -> JsonObject:
    prices = (number(price, "amount") or 0 for price in children(parameters, "prices"))
    return {"invoice": parameters | {"total_amount": sum(prices)}}


def _paid_media(parameters: JsonObject) -> JsonObject:
    media = [
        {"type": kind, kind: {"file_id": item.get("media")}}
        for item in children(parameters, "media")
        if (kind := text(item, "type"))
    ]
    paid = {"star_count": parameters.get("star_count"), "paid_media": media}
    return {"paid_media": paid, "caption": parameters.get("caption")}


SENT_PARTS: dict[str, Callable[[JsonObject], JsonObject]] = {
    "sendmessage": lambda parameters: {"text": parameters.get("text", "")},
    "sendrichmessage": lambda parameters: {"rich_message": parameters.get("rich_message", {})},
    "sendlocation": lambda parameters: {"location": parameters},
    "sendvenue": lambda parameters: {"venue": parameters | {"location": parameters}},
    "sendcontact": lambda parameters: {"contact": parameters},
    "sendpoll": _poll,
    "senddice": lambda parameters: {"dice": {"emoji": parameters.get("emoji", "🎲")}},
    "sendgame": lambda parameters: {"game": {"title": parameters.get("game_short_name")}},
    "sendinvoice": _invoice,
    "sendpaidmedia": _paid_media,
    "sendchecklist": lambda parameters: {"checklist": parameters.get("checklist", {})},
    "sendgift": lambda parameters: {
        "gift": {"gift": {"id": parameters.get("gift_id")}, "text": parameters.get("text")}
    },
}
