"""What goes wrong in a hook is reported, without the words of people."""

import pytest

from messagestore.errors import MessageStoreError
from messagestore.integrations.guard import harmless


def test_our_own_errors_are_told_with_their_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with harmless():
        raise MessageStoreError("the store is not open")
    expected = "a message was not logged: the hook met MessageStoreError: the store is not open"
    assert caplog.messages == [expected]


def test_of_other_errors_only_the_type_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """With the sentence of every error in the report, a person's words are in the log here."""
    with harmless():
        raise ValueError("my private words")
    assert caplog.messages == ["a message was not logged: the hook met ValueError"]
