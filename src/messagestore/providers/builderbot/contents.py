"""What a ctx says and carries."""

from typing import Any

from messagestore.message import MediaType
from messagestore.providers.builderbot.marker import marker_of, media_type_of
from messagestore.providers.content import Content, media_type_of_content, sane_size
from messagestore.providers.fields import child, children, first_text, flag, number, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import long_integer
from messagestore.providers.whatsapp_web.envelope import MEDIA_TYPES, media_key, unwrapped

_TYPES = {
    "image": MediaType.IMAGE,
    "video": MediaType.VIDEO,
    "audio": MediaType.AUDIO,
    "ptt": MediaType.AUDIO,
    "document": MediaType.DOCUMENT,
    "sticker": MediaType.STICKER,
    "location": MediaType.LOCATION,
    "contacts": MediaType.CONTACTS,
    "vcard": MediaType.CONTACTS,
    "order": MediaType.ORDER,
    "poll_creation": MediaType.POLL,
}


def content_of(ctx: JsonObject) -> Content:
    """Return the content of what came in, or of what the bot itself wrote on a phone."""
    message = unwrapped(child(ctx, "message"))
    inner = child(message, media_key(message) or "")
    marker = marker_of(ctx.get("body"))
    content_type = _content_type(ctx, inner)
    media_type = _media_type(ctx, message, marker, content_type)
    words = _text(ctx, message, inner)
    kind = text(ctx, "type") or media_type or marker or ("text" if words else "unknown")
    return Content(
        content=words,
        media_url=first_text(ctx, "url", "MediaUrl0") or text(inner, "url"),
        media_type=media_type,
        media_content_type=content_type,
        media_size=_size(ctx, inner),
        metadata={"kind": str(kind)} | _lifted(ctx, inner, marker),
    )


def answer_content(ctx: JsonObject) -> Content:
    """Return the content of what the bot sent: `answer`, one text or several, and `options`."""
    answer, options = ctx.get("answer"), child(ctx, "options")
    texts = answer if isinstance(answer, list) else [answer]
    buttons = [label for button in children(options, "buttons") if (label := text(button, "body"))]
    media = text(options, "media")
    return Content(
        content="\n".join(part for part in texts if isinstance(part, str) and part) or None,
        media_url=media,
        media_type=MediaType.OTHER if media else None,
        metadata=present(kind="text", buttons=buttons or None, ref=text(ctx, "ref")),
    )


def _text(ctx: JsonObject, message: JsonObject, inner: JsonObject) -> str | None:
    """Return the text that a person saw or wrote.

    Of a list row, `body` is the row's id and `title_list_reply` what it reads; of a flow, `body` is
    JSON that stands in `flow_response` already.
    """
    shown = text(ctx, "title_list_reply")
    if shown or child(ctx, "nfm_reply"):
        return shown
    if marker_of(ctx.get("body")) is None and (body := text(ctx, "body")):
        return body
    caption = text(ctx, "caption") or text(inner, "caption")
    return caption or text(message, "conversation") or text(message, "extendedTextMessage", "text")


def _media_type(
    ctx: JsonObject, message: JsonObject, marker: str | None, content_type: str | None
) -> MediaType | None:
    declared = _TYPES.get(text(ctx, "type") or "") or MEDIA_TYPES.get(media_key(message) or "")
    if declared:
        return declared
    by_marker = media_type_of(marker)
    if content_type and by_marker in (None, MediaType.OTHER):
        return media_type_of_content(content_type)
    return by_marker


def _content_type(ctx: JsonObject, inner: JsonObject) -> str | None:
    own = first_text(ctx, "mimetype", "mimeType", "MediaContentType0")
    return own or text(inner, "mimetype") or text(ctx, "fileData", "mimetype")


def _size(ctx: JsonObject, inner: JsonObject) -> int | None:
    told = inner.get("fileLength", child(ctx, "fileData").get("filesize", ctx.get("size")))
    return sane_size(long_integer(told) if isinstance(told, dict) else told)


def _lifted(ctx: JsonObject, inner: JsonObject, marker: str | None) -> dict[str, Any]:
    name = text(inner, "fileName") or first_text(ctx, "filename")
    voice = marker == "voice_note" or flag(inner, "ptt") or flag(ctx, "isVoice")
    return present(
        event=marker,
        filename=name or text(ctx, "fileData", "filename"),
        voice=True if voice else None,
        media_id=text(ctx, "id") if ctx.get("type") == "sticker" else None,
        latitude=_coordinate(ctx, inner, "latitude", "degreesLatitude"),
        longitude=_coordinate(ctx, inner, "longitude", "degreesLongitude"),
        location_name=text(inner, "name"),
        location_address=text(inner, "address"),
        contact_names=[found for card in children(ctx, "contacts") if (found := _name(card))]
        or None,
        order_catalog_id=text(ctx, "order", "catalog_id"),
        order_items=children(child(ctx, "order"), "product_items") or None,
        reply_id=text(ctx, "payload"),
        reply_title=_reply_title(ctx),
        flow_response=child(ctx, "nfm_reply") or None,
    )


def _reply_title(ctx: JsonObject) -> str | None:
    """Return what the tapped answer reads; of a template's button the title is the payload."""
    if ctx.get("type") == "button":
        return None
    return first_text(ctx, "title_list_reply", "title_button_reply")


def _coordinate(ctx: JsonObject, inner: JsonObject, key: str, inner_key: str) -> float | None:
    own = number(ctx, key)
    return number(inner, inner_key) if own is None else own


def _name(card: JsonObject) -> str | None:
    return text(card, "name") or text(card, "name", "formatted_name")
