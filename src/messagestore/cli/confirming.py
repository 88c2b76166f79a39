"""Asking before something is gone for good."""

import sys

import typer

from messagestore.cli.interruption import interruptible
from messagestore.errors import InvalidQuery


def confirmed(question: str, *, otherwise: str) -> bool:
    """Ask on a terminal; where there is none, raise InvalidQuery with what is needed instead."""
    if not sys.stdin.isatty():
        raise InvalidQuery(otherwise)
    try:
        with interruptible():
            return typer.confirm(question, err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None
