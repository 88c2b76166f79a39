import pytest

from messagestore.message import MediaType
from messagestore.providers.content import media_type_of_content


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        ("image/jpeg", MediaType.IMAGE),
        ("Video/3GPP", MediaType.VIDEO),
        ("audio/ogg; codecs=opus", MediaType.AUDIO),
        ("application/pdf", MediaType.DOCUMENT),
        ("text/plain", MediaType.DOCUMENT),
        ("text/x-vcard; charset=utf-8", MediaType.CONTACTS),
        ("model/gltf", MediaType.OTHER),
        ("IMAGE/png ; x=y", MediaType.IMAGE),
        ("", MediaType.OTHER),
        (None, MediaType.OTHER),
    ],
)
def test_a_content_type_says_what_a_file_is(
    content_type: str | None, media_type: MediaType
) -> None:
    assert media_type_of_content(content_type) is media_type
