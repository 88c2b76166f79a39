"""Answers by tapping: buttons, list rows and flows. What the person saw is the content."""

from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, present, text
from messagestore.providers.payload import JsonObject, object_in_text


def button_content(part: JsonObject) -> Content:
    """Return the content of a template's quick reply button: `{text, payload}`."""
    return Content(content=text(part, "text"), metadata=present(reply_id=text(part, "payload")))


def interactive_content(part: JsonObject) -> Content:
    """Return the content of `interactive`, whose `type` names the object with the answer.

    In an echo it is the question, as it was sent: `{type, body: {text}, action}`.
    """
    kind = text(part, "type") or ""
    reply = child(part, kind)
    return Content(
        content=first_text(reply, "title", "body", "text") or text(part, "body", "text"),
        metadata=present(
            interactive_type=kind or None,
            reply_id=text(reply, "id"),
            reply_title=text(reply, "title"),
            reply_description=text(reply, "description"),
            reply_name=text(reply, "name"),
            reply_response=text(reply, "response"),
            flow_response=object_in_text(text(reply, "response_json")),
        ),
    )
