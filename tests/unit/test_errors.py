import inspect

import pytest

import messagestore
from messagestore import errors


def test_every_error_is_in_the_tree_that_the_module_draws() -> None:
    drawn = errors.__doc__ or ""
    for name, member in inspect.getmembers(errors, inspect.isclass):
        assert issubclass(member, errors.MessageStoreError)
        assert name in drawn


def test_the_public_names_are_these() -> None:
    assert all(getattr(messagestore, name) is not None for name in messagestore.__all__)
    with pytest.raises(AttributeError, match="no attribute 'message_store'"):
        _ = messagestore.message_store
    assert sorted(messagestore.__all__) == [
        "ContextType",
        "Direction",
        "MediaType",
        "Message",
        "MessageStore",
        "MessageStoreError",
        "NewMessage",
        "Page",
        "Settings",
        "Status",
        "StoredMessage",
        "send_and_log",
    ]
