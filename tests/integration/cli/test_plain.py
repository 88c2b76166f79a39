import pytest

from messagestore.cli.plain import plain, plain_line


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;unfinished", ""),
        ("\x1b", ""),
        ("\x9b31mred", "31mred"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("👩‍👩‍👧 ❤️ [bold] :smile:", "👩‍👩‍👧 ❤️ [bold] :smile:"),
        ("مرحبا 你好 नमस्ते", "مرحبا 你好 नमस्ते"),
    ],
)
def test_only_text_is_left(given: str, shown: str) -> None:
    assert plain(given) == shown


def test_one_line() -> None:
    assert plain_line(" a\n\nb \x1b[1mc ") == "a b c"
