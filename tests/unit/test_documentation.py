"""The pages say what the code has, and their links lead somewhere."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from messagestore.logger.message_logger import MessageLogger
from messagestore.repository.messages import MessageRepository
from messagestore.service import MessageService

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("public", [MessageRepository, MessageService, MessageLogger])
def test_every_public_method_is_in_the_reference(public: type[Any]) -> None:
    reference = (ROOT / "docs" / "reference" / "library.md").read_text(encoding="utf-8")
    methods = [
        name
        for name, _ in inspect.getmembers(public, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert [name for name in methods if f"`{name}(" not in reference] == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / target).resolve() for target in _LINK.findall(index)}
    pages = {page for page in ROOT.glob("docs/**/*.md") if page.name != "README.md"}
    assert pages - linked == set()
