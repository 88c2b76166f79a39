import ast
import re
from pathlib import Path

from messagestore import providers
from messagestore.event import MessageReceived
from messagestore.providers import get_provider, provider_names
from messagestore.providers.samples import samples

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_every_key_of_metadata_in_the_samples_is_documented() -> None:
    text = (REFERENCE / "providers.md").read_text("utf-8")
    documented = set(re.findall(r"`([a-z0-9_]+)`", text))
    used = {
        key
        for sample in samples()
        for event in get_provider(sample.provider).parse(sample.body)
        if isinstance(event, MessageReceived)
        for key in event.message.metadata
    }
    assert used - documented == set()


def test_every_provider_is_documented() -> None:
    for page in ("providers.md", "identifiers.md"):
        text = (REFERENCE / page).read_text("utf-8")
        assert [name for name in provider_names() if f"# `{name}`" not in text] == []


def test_every_key_that_an_adapter_can_lift_is_documented() -> None:
    text = (REFERENCE / "providers.md").read_text("utf-8")
    lifted = {
        keyword.arg
        for file in Path(providers.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "present"
        for keyword in call.keywords
    }
    assert {"media_id", "reply_id", "provider"} <= lifted
    assert {key for key in lifted if f"`{key}`" not in text} == set()
