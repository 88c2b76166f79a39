"""What of a payload is kept in `metadata.raw`: neither credentials nor files.

`mediaKey` stays: without it nobody can open the file that `url` leads to, the bot included.
"""

from typing import Any

from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import REMOVED, without_secrets

_FILES = frozenset(
    {
        "JPEGThumbnail",
        "axolotlSenderKeyDistributionMessage",
        "base64",
        "firstScanSidecar",
        "jpegThumbnail",
        "pngThumbnail",
        "scansSidecar",
        "streamingSidecar",
        "thumbnail",
        "waveform",
    }
)
"""Files, pictures of them and the like: base64, an array of bytes, or an object of them."""


def kept(part: JsonObject) -> dict[str, Any]:
    """Return a copy without credentials, in which every file reads `[removed]`."""
    return _without_files(without_secrets(part))


def _without_files(part: JsonObject) -> JsonObject:
    return {
        key: REMOVED if key in _FILES and value else _walk(value) for key, value in part.items()
    }


def _walk(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_files(value)
    return [_walk(item) for item in value] if isinstance(value, list) else value
