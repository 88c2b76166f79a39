"""Questions that offer choices, and the answers by tapping; what a person saw is the content."""

from typing import Any

from messagestore.errors import InvalidPayload
from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, children, first_text, number, present, text
from messagestore.providers.payload import JsonObject, decode_object

_LABELS = (
    ("buttonText", "displayText"),
    ("quickReplyButton", "displayText"),
    ("urlButton", "displayText"),
    ("callButton", "displayText"),
)


def poll_content(part: JsonObject) -> Content:
    """Return the content of a poll: what it asks; its answers are `poll_options`."""
    options = [name for entry in children(part, "options") if (name := text(entry, "optionName"))]
    most = number(part, "selectableOptionsCount")
    return Content(
        content=text(part, "name"),
        media_type=MediaType.POLL,
        metadata=present(poll_options=options or None, poll_most_choices=most or None),
    )


def buttons_content(part: JsonObject) -> Content:
    """Return the content of a text with buttons."""
    return _question(first_text(part, "contentText", "text"), children(part, "buttons"))


def list_content(part: JsonObject) -> Content:
    """Return the content of a text with a list; its rows are the choices."""
    rows = [row for section in children(part, "sections") for row in children(section, "rows")]
    titles = [title for row in rows if (title := text(row, "title"))]
    return Content(
        content=first_text(part, "description", "title"), metadata=present(buttons=titles or None)
    )


def template_content(part: JsonObject) -> Content:
    """Return the content of a template, which comes in one of several forms."""
    form = next((found for key in part if (found := _template(part, key))), {})
    if "body" in form or "nativeFlowMessage" in form:
        return interactive_content(form)
    words = first_text(form, "hydratedContentText", "hydratedTitleText")
    return _question(words, children(form, "hydratedButtons"))


def interactive_content(part: JsonObject) -> Content:
    """Return the content of an interactive message; its buttons are JSON in strings."""
    buttons = children(child(part, "nativeFlowMessage"), "buttons")
    labels = [text(_json(button, "buttonParamsJson"), "display_text") for button in buttons]
    return Content(
        content=text(part, "body", "text") or text(part, "header", "title"),
        metadata=present(buttons=[label for label in labels if label] or None),
    )


def reply_content(part: JsonObject) -> Content:
    """Return the content of a tapped button or list row."""
    title = first_text(part, "selectedDisplayText", "title")
    tapped = first_text(part, "selectedButtonId", "selectedId")
    return Content(
        content=title,
        metadata=present(
            reply_id=tapped or text(part, "singleSelectReply", "selectedRowId"),
            reply_title=title,
            reply_description=text(part, "description"),
        ),
    )


def interactive_reply_content(part: JsonObject) -> Content:
    """Return the content of an answer to an interactive message."""
    answer = child(part, "nativeFlowResponseMessage")
    given = _json(answer, "paramsJson")
    return Content(
        content=text(part, "body", "text"),
        metadata=present(
            reply_id=text(given, "id"), reply_name=text(answer, "name"), flow_response=given or None
        ),
    )


def _question(words: str | None, buttons: list[JsonObject]) -> Content:
    labels = [label for button in buttons if (label := _label(button))]
    return Content(content=words, metadata=present(buttons=labels or None))


def _label(button: JsonObject) -> str | None:
    return next((label for path in _LABELS if (label := text(button, *path))), None)


def _template(part: JsonObject, key: str) -> JsonObject:
    return child(part, key) if "Template" in key else {}


def _json(part: JsonObject, key: str) -> dict[str, Any]:
    """Return the object that a string holds as JSON, or an empty one."""
    try:
        return decode_object((text(part, key) or "{}").encode("utf-8", "surrogatepass"))
    except InvalidPayload:
        return {}
