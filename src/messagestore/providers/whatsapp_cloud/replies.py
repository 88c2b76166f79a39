"""Answers by tapping: buttons, list rows and flows. What the person saw is the content."""

import msgspec

from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, present, text
from messagestore.providers.payload import JsonObject, object_in_text
from messagestore.providers.whatsapp_cloud.media import MEDIA_TYPES, media_content


def button_content(part: JsonObject) -> Content:
    """Return the content of a template's quick reply button: `{text, payload}`."""
    return Content(content=text(part, "text"), metadata=present(reply_id=text(part, "payload")))


def interactive_content(part: JsonObject) -> Content:
    """Return the content of `interactive`, whose `type` names the object with the answer.

    In an echo, and in what the bot sends, it is the question: `{type, header, body: {text},
    action}`. A file of its header counts as the message's.
    """
    kind = text(part, "type") or ""
    reply, header = child(part, kind), child(part, "header")
    shown = text(header, "type") or ""
    file = Content()
    if shown in MEDIA_TYPES:
        file = media_content(child(header, shown), MEDIA_TYPES[shown])
    return msgspec.structs.replace(
        file,
        content=first_text(reply, "title", "body", "text") or text(part, "body", "text"),
        metadata=file.metadata
        | present(
            interactive_type=kind or None,
            reply_id=text(reply, "id"),
            reply_title=text(reply, "title"),
            reply_description=text(reply, "description"),
            reply_name=text(reply, "name"),
            reply_response=text(reply, "response"),
            flow_response=object_in_text(text(reply, "response_json")),
            product_retailer_id=text(part, "action", "product_retailer_id"),
            product_catalog_id=text(part, "action", "catalog_id"),
        ),
    )
