import subprocess
import sys

import pytest

BLOCKED = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("telegram", "aiogram"):
            raise ImportError(f"no {name}")

sys.meta_path.insert(0, Nothing())
import messagestore, messagestore.integrations, messagestore.providers
"""


@pytest.mark.parametrize(
    ("module", "extra"),
    [("python_telegram_bot", "python-telegram-bot"), ("aiogram", "aiogram")],
)
def test_without_its_framework_a_hook_says_what_to_install(module: str, extra: str) -> None:
    program = f"{BLOCKED}\nimport messagestore.integrations.{module}"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert f'pip install "messagestore[{extra}]"' in run.stderr


def test_the_package_itself_needs_no_framework() -> None:
    run = subprocess.run([sys.executable, "-c", BLOCKED], check=False)
    assert run.returncode == 0
