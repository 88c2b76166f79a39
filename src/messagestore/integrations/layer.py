"""A layer over an object that exists: some of its methods, with those below still there to call."""

from collections.abc import Callable
from typing import Any

from messagestore.errors import InvalidSettings

_MARK = "messagestore_layer"


def put_over(target: object, **methods: Callable[..., Any]) -> None:
    """Put a subclass with these methods in the place of an object's class.

    The object stays the same one, with the author's own subclass, settings and state; frameworks
    hold it under names that cannot be set anew. Raises InvalidSettings where there is a layer.
    """
    own = type(target)
    if hasattr(own, _MARK):
        raise InvalidSettings(f"this {own.__name__} is captured already; call capture once")
    target.__class__ = type(own.__name__, (own,), {"__slots__": (), _MARK: True} | methods)
