"""Meta's `errors` objects: `{code, title, message, error_data: {details}}`."""

from messagestore.providers.fields import child, clean, number, text
from messagestore.providers.payload import JsonObject


def code_of(error: JsonObject) -> int | None:
    """Return the code, such as 131047."""
    code = number(error, "code")
    return code if isinstance(code, int) else None


def sentence_of(error: JsonObject) -> str:
    """Return code, title and details as one line: `131047 Re-engagement message: More than…`."""
    title = text(error, "title") or text(error, "message") or "an error without a title"
    code = code_of(error)
    sentence = title if code is None else f"{code} {title}"
    details = text(child(error, "error_data"), "details")
    return clean(f"{sentence}: {details}" if details and details != title else sentence)


def sentence_of_all(errors: list[JsonObject]) -> str | None:
    """Return the errors as one text, or None where there are none."""
    return "; ".join(sentence_of(error) for error in errors) or None
