import pytest

from messagestore.errors import InvalidSettings
from messagestore.providers import get_provider, provider_names


def test_every_provider_is_found_by_its_name() -> None:
    assert list(provider_names()) == sorted(provider_names())
    assert {"baileys", "builderbot", "whatsapp_cloud"} <= set(provider_names())
    for name in provider_names():
        assert get_provider(name).name == name


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InvalidSettings, match=", ".join(provider_names())):
        get_provider("carrier_pigeon")
