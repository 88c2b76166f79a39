"""Files: `MediaUrl0`, `MediaContentType0`, and so on; an MMS carries up to ten.

The URLs are good until the file is deleted at Twilio, and need the account's credentials where it
is set so. The size is not told.
"""

from messagestore.message import MediaType
from messagestore.providers.content import media_type_of_content
from messagestore.providers.fields import present, text
from messagestore.providers.payload import JsonObject


def attachments_of(form: JsonObject) -> list[JsonObject]:
    """Return the files in their order, each with its `url` and `content_type`."""
    found: list[JsonObject] = []
    while file := _file(form, len(found)):
        found.append(file)
    return found


def media_type_of(form: JsonObject, kind: str, attachments: list[JsonObject]) -> MediaType | None:
    """Return what the first file is; a count without files (Event Streams) is of type `other`."""
    if text(form, "Latitude") or kind == "location":
        return MediaType.LOCATION
    if kind == "sticker":
        return MediaType.STICKER
    if attachments:
        return media_type_of_content(attachments[0].get("content_type"))
    return MediaType.OTHER if (text(form, "NumMedia") or "0").strip("0") else None


def _file(form: JsonObject, index: int) -> JsonObject:
    return present(
        url=text(form, f"MediaUrl{index}"), content_type=text(form, f"MediaContentType{index}")
    )
