import pytest

from messagestore.errors import InvalidSettings
from messagestore.providers import get_provider, provider_names


def test_every_provider_is_found_by_its_name() -> None:
    assert provider_names() == (
        "builderbot",
        "discord",
        "slack",
        "telegram",
        "twilio",
        "whatsapp_cloud",
    )
    for name in provider_names():
        assert get_provider(name).name == name


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        InvalidSettings, match="builderbot, discord, slack, telegram, twilio, whatsapp_cloud"
    ):
        get_provider("carrier_pigeon")
