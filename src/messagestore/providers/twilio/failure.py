"""What Twilio says went wrong: `ErrorCode`, `ErrorMessage`, `ChannelStatusMessage`."""

from messagestore.providers.fields import clean, text
from messagestore.providers.payload import JsonObject

_MAX_CODE = 9
"""Digits; real codes have five."""


def code_of(form: JsonObject) -> int | None:
    """Return the code, such as 63016; 0 means none."""
    code = text(form, "ErrorCode") or ""
    known = code.isascii() and code.isdigit() and len(code) <= _MAX_CODE
    return (int(code) or None) if known else None


def sentence_of(form: JsonObject) -> str | None:
    """Return code, message and the channel's own words as one line, or None where there are none.

    `63016 Failed to send freeform message: outside the allowed window`
    """
    code = code_of(form)
    words = [text(form, "ErrorMessage"), text(form, "ChannelStatusMessage")]
    told = ": ".join(dict.fromkeys(word for word in words if word))
    sentence = " ".join(part for part in (str(code or ""), told) if part)
    return clean(sentence) or None
