"""The tests that run over every layout (`make conformance`) call every public method."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messagestore.logger.message_logger import MessageLogger
from messagestore.repository.messages import MessageRepository
from messagestore.service import MessageService

ROOT = Path(__file__).parents[2]


def _conformance_files() -> Iterator[Path]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (line,) = (line for line in makefile.splitlines() if line.startswith("CONFORMANCE := "))
    for name in line.split()[2:]:
        path = ROOT / name
        yield from path.rglob("*.py") if path.is_dir() else [path]


def _called() -> set[tuple[str, str]]:
    """Return (owner, method) of each `….owner.method` in those files: `store.messages.get`, say."""
    return {
        (node.value.attr, node.attr)
        for path in _conformance_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }


@pytest.mark.parametrize(
    ("owner", "public"),
    [("messages", MessageRepository), ("service", MessageService), ("logger", MessageLogger)],
)
def test_every_public_method_is_called(owner: str, public: type[Any]) -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(public, inspect.isfunction)
        if not name.startswith("_")
    }
    assert sorted(methods - {method for known, method in _called() if known == owner}) == []
