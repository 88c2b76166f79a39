import ast
import re
from pathlib import Path

import pytest

from messagestore import providers
from messagestore.event import MessageReceived
from messagestore.providers import get_provider, provider_names
from messagestore.providers.samples import samples

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def _documented(*names: str) -> set[str]:
    """Return the keys that the common page, and the pages of these providers, name.

    A page that leads to another provider's has the keys of that one too.
    """
    own = [REFERENCE / "providers" / f"{name}.md" for name in names]
    others = {
        page.parent / other
        for page in own
        for other in re.findall(r"keys of `\w+`\]\((\w+\.md)", page.read_text("utf-8"))
    }
    pages = [REFERENCE / "providers.md", *own, *others]
    return {key for page in pages for key in re.findall(r"`([a-z0-9_]+)`", page.read_text("utf-8"))}


@pytest.mark.parametrize("name", provider_names())
def test_every_key_of_metadata_in_the_samples_is_documented(name: str) -> None:
    used = {
        key
        for sample in samples()
        if sample.provider == name
        for event in get_provider(name).parse(sample.body)
        if isinstance(event, MessageReceived)
        for key in event.message.metadata
    }
    assert used - _documented(name) == set()


@pytest.mark.parametrize("name", provider_names())
def test_every_provider_is_documented(name: str) -> None:
    for page in (f"providers/{name}.md", "identifiers.md"):
        assert f"# `{name}`" in (REFERENCE / page).read_text("utf-8")


def test_every_key_that_an_adapter_can_lift_is_documented() -> None:
    lifted = {
        keyword.arg
        for file in Path(providers.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "present"
        for keyword in call.keywords
    }
    assert {"media_id", "reply_id", "provider"} <= lifted
    assert lifted - _documented(*provider_names()) == set()
