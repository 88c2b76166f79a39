import subprocess
import sys

_PROGRAM = """
import discord.webhook.async_ as adapter
del adapter.async_context
import messagestore.integrations.discord
"""


def test_a_discord_py_that_moved_what_the_hook_needs_is_named() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False
    )
    assert "has no discord.webhook.async_.async_context" in run.stderr
    assert "take another release of discord.py 2" in run.stderr
