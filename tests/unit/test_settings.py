from pathlib import Path

import pytest

from messagestore import Settings
from messagestore.errors import InvalidSettings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MESSAGESTORE_DATABASE_URL", raising=False)


def test_defaults_yield_to_the_file_the_file_to_the_environment_and_that_to_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.load().pool_max_size == 10
    (tmp_path / "messagestore.toml").write_text("pool_max_size = 11\nbot_sender = 'file'\n")
    assert Settings.load().pool_max_size == 11
    monkeypatch.setenv("MESSAGESTORE_POOL_MAX_SIZE", "12")
    assert Settings.load().pool_max_size == 12
    settings = Settings.load(pool_max_size=13, database_url=None)
    assert (settings.pool_max_size, settings.bot_sender) == (13, "file")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db.example.org:5432/name?sslmode=require",
        "postgresql://postgres:@/postgres?host=/run/postgresql",
        "postgres://localhost/name",
        "postgresql:///name?host=/tmp",
        "postgresql://u@h1:5432,h2:5432/name?target_session_attrs=read-write",
    ],
)
def test_urls_that_asyncpg_takes_are_taken(url: str) -> None:
    assert Settings.load(database_url=url).database_url == url


@pytest.mark.parametrize(
    "url", ["mysql://u:hunter2@h/db", "not a url", "postgresql+asyncpg://h/db"]
)
def test_a_wrong_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(InvalidSettings, match="database_url") as caught:
        Settings.load(database_url=url)
    assert "hunter2" not in str(caught.value)


def test_an_unknown_or_wrong_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "messagestore.toml").write_text("pool_maximum = 11\n")
    with pytest.raises(InvalidSettings, match="pool_maximum"):
        Settings.load()
    (tmp_path / "messagestore.toml").write_text("pool_max_size = 0\n")
    with pytest.raises(InvalidSettings, match="pool_max_size"):
        Settings.load()
    (tmp_path / "messagestore.toml").write_text("pool_max_size = = 3")
    with pytest.raises(InvalidSettings, match=r"messagestore\.toml is not TOML"):
        Settings.load()


def test_lists_and_sets_are_read_from_the_environment_as_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MESSAGESTORE_COMMAND_PREFIXES", '["#"]')
    monkeypatch.setenv("MESSAGESTORE_ADMIN_COMMANDS", '["ban", "kick"]')
    settings = Settings.load()
    assert settings.command_prefixes == ("#",)
    assert settings.admin_commands == {"ban", "kick"}
    monkeypatch.setenv("MESSAGESTORE_COMMAND_PREFIXES", "#")
    with pytest.raises(InvalidSettings, match="command_prefixes"):
        Settings.load()


def test_the_password_does_not_show_when_settings_are_printed() -> None:
    assert "hunter2" not in repr(Settings.load(database_url="postgresql://u:hunter2@h/db"))


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:hunter2@h1,h2:5433/db, postgres://h3/db",
        '["postgresql://u:hunter2@h1,h2:5433/db", "postgres://h3/db"]',
    ],
)
def test_replicas_are_a_list_or_urls_with_commas_between_them(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commas part the hosts of a URL, too."""
    monkeypatch.setenv("MESSAGESTORE_REPLICA_URLS", text)
    settings = Settings.load()
    assert [url.get_secret_value() for url in settings.replica_urls] == [
        "postgresql://u:hunter2@h1,h2:5433/db",
        "postgres://h3/db",
    ]
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("text", ["[", "hunter2", "mysql://u:hunter2@h/db", "postgresql://"])
def test_replicas_that_are_no_urls_are_refused_without_repeating_them(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESSAGESTORE_REPLICA_URLS", text)
    with pytest.raises(InvalidSettings, match="replica_urls") as raised:
        Settings.load()
    assert "hunter2" not in str(raised.value)


def test_every_setting_is_documented() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
    text = page.read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in text
        assert f"`MESSAGESTORE_{name.upper()}`" in text
        assert field.description is not None
        assert field.description in text
