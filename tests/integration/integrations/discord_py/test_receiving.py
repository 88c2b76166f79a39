"""The hook in a real bot of discord.py: what the bot receives."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from discord.ext import commands

from messagestore import ContextType, Direction, MediaType, MessageStore, Status
from messagestore.errors import InvalidSettings
from messagestore.integrations.discord import capture
from tests.conftest import Clock
from tests.integration.integrations.discord_py.api import (
    BOT_ID,
    CHANNEL_ID,
    GUILD_ID,
    PERSON_ID,
    TIME_OF_EDIT,
)
from tests.integration.integrations.discord_py.bench import Bench, in_server


async def test_a_message_is_stored_with_what_discord_said_of_it(bench: Bench) -> None:
    file = {
        "id": "1196000000000000001",
        "filename": "shelf.png",
        "size": 482113,
        "content_type": "image/png",
        "url": "https://cdn.example/shelf.png",
        "proxy_url": "https://media.example/shelf.png",
    }
    data = in_server(bench.api.message("the shelves", attachments=[file], nonce="n1"))
    await bench.gateway(("MESSAGE_CREATE", data))
    row = await bench.only_row()
    assert row.message_id == f"discord:{data['id']}"
    assert (row.context_id, row.context_type) == (CHANNEL_ID, ContextType.GROUP)
    assert (row.sender, row.recipient) == (PERSON_ID, BOT_ID)
    assert (row.direction, row.status) == (Direction.INCOMING, Status.DELIVERED)
    assert (row.content, row.media_type, row.media_size) == ("the shelves", MediaType.IMAGE, 482113)
    assert row.media_url == "https://cdn.example/shelf.png"
    assert row.created_at.isoformat() == "2026-02-14T12:00:00+00:00"
    assert row.metadata["profile_name"] == "Maya"
    assert (row.metadata["media_id"], row.metadata["nonce"]) == ("1196000000000000001", "n1")


async def test_a_direct_message_and_a_server_that_is_not_known_yet(bench: Bench) -> None:
    direct = bench.api.message("hi", channel_id="1180000000000000021")
    elsewhere = in_server(bench.api.message("hi", channel_id="12"), guild_id="1180000000000000009")
    await bench.gateway(("MESSAGE_CREATE", direct), ("MESSAGE_CREATE", elsewhere))
    types = [row.context_type for row in await bench.rows()]
    assert types == [ContextType.PRIVATE, ContextType.GROUP]


async def test_what_a_message_can_be_made_of_is_stored(bench: Bench) -> None:
    first = in_server(bench.api.message("first"))
    reference = {
        "type": 0,
        "message_id": first["id"],
        "channel_id": CHANNEL_ID,
        "guild_id": GUILD_ID,
    }
    copy = {
        "type": 0,
        "content": "copied",
        "embeds": [],
        "attachments": [],
        "timestamp": first["timestamp"],
        "edited_timestamp": None,
        "flags": 0,
    }
    poll = {
        "question": {"text": "When?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "Now", "emoji": {"id": None, "name": "🌵"}}}
        ],
        "expiry": first["timestamp"],
        "allow_multiselect": False,
        "layout_type": 1,
    }
    button = {"type": 2, "id": 2, "style": 1, "label": "Reserve", "custom_id": "r"}
    thread = {
        "id": "77", "type": 11, "name": "Programme", "parent_id": CHANNEL_ID, "guild_id": GUILD_ID,
        "owner_id": PERSON_ID, "message_count": 0, "member_count": 1,
        "thread_metadata": {
            "archived": False, "auto_archive_duration": 60, "locked": False,
            "archive_timestamp": first["timestamp"],
        },
    }  # fmt: skip
    made: list[dict[str, Any]] = [
        {"type": 19, "message_reference": reference},
        {"message_reference": reference | {"type": 1}, "message_snapshots": [{"message": copy}]},
        {"poll": poll},
        {"sticker_items": [{"id": "1197000000000000001", "name": "Wave", "format_type": 1}]},
        {"embeds": [{"type": "rich", "title": "Kokoro"}]},
        {"components": [{"type": 1, "id": 1, "components": [button]}]},
        {"thread": thread},
        {"type": 7},
    ]
    messages = [in_server(bench.api.message(""), **fields) for fields in made]
    await bench.gateway(*(("MESSAGE_CREATE", data) for data in (first, *messages)))
    _, reply, forward, asked, sticker, embed, tap, opened, joined = await bench.rows()
    assert reply.reply_to_message_id == f"discord:{first['id']}"
    assert (forward.content, forward.metadata["forwarded"]) == ("copied", True)
    assert (asked.content, asked.metadata["poll_options"]) == ("When?", ["Now"])
    assert (sticker.media_type, sticker.metadata["sticker_name"]) == (MediaType.STICKER, "Wave")
    assert embed.content == "Kokoro"
    assert tap.metadata["buttons"] == ["Reserve"]
    assert opened.metadata["thread_id"] == "77"
    assert joined.metadata["kind"] == "user_join"


async def test_what_happens_to_a_message_right_after_it_finds_it(
    bench: Bench, clock: Clock
) -> None:
    """Take `async with self._turns` out of `_log`, or `_overtaken` out: a text or more is lost."""
    data = in_server(bench.api.message("helo"))
    emoji = {"id": None, "name": "📚"}
    reaction = {
        "user_id": PERSON_ID, "message_id": data["id"], "channel_id": CHANNEL_ID,
        "guild_id": GUILD_ID, "emoji": emoji, "type": 0, "burst": False,
    }  # fmt: skip
    edit = data | {"content": "hello", "edited_timestamp": TIME_OF_EDIT}
    await bench.gateway(
        ("MESSAGE_CREATE", data),
        ("MESSAGE_UPDATE", edit),
        ("MESSAGE_UPDATE", edit | {"embeds": [{"type": "link", "title": "a page"}]}),
        ("MESSAGE_REACTION_ADD", reaction),
    )
    row = await bench.only_row()
    assert row.content == "hello"
    assert [version.get("content") for version in row.metadata["edits"]] == ["helo", "hello"]
    assert row.metadata["reactions"][PERSON_ID]["emoji"] == "📚"
    clock.advance(seconds=1)
    await bench.gateway(("MESSAGE_REACTION_REMOVE", reaction))
    assert (await bench.only_row()).metadata["reactions"][PERSON_ID]["emoji"] is None


async def test_deletions_hide_messages(bench: Bench) -> None:
    one, two, three = (in_server(bench.api.message()) for _ in range(3))
    place = {"channel_id": CHANNEL_ID, "guild_id": GUILD_ID}
    await bench.gateway(
        *(("MESSAGE_CREATE", data) for data in (one, two, three)),
        ("MESSAGE_DELETE", {"id": one["id"]} | place),
        ("MESSAGE_DELETE_BULK", {"ids": [two["id"], three["id"]]} | place),
    )
    assert await bench.rows() == []
    hidden = await bench.store.messages.get_by_message_id(
        f"discord:{two['id']}", include_deleted=True
    )
    assert hidden is not None
    assert hidden.is_deleted


async def test_a_part_that_cannot_be_read_does_not_take_the_message_with_it(bench: Bench) -> None:
    """Take `suppress` out of discord_payloads.py: the message is not stored."""
    message = discord.Message(
        state=bench.bot._connection,
        channel=bench.channel,
        data=cast("Any", in_server(bench.api.message("whole"))),
    )
    del message.embeds
    bench.bot.dispatch("message", message)
    await bench.handled()
    assert (await bench.only_row()).content == "whole"


async def test_nothing_breaks_the_bot_when_an_event_cannot_be_read(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.bot.dispatch("raw_reaction_add", SimpleNamespace(message_id=1))
    await bench.handled()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "a message was not logged: the hook met AttributeError"
    ]


async def test_a_bot_that_will_see_no_texts_is_told_so(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    assert "message content intent" not in caplog.text
    capture(commands.Bot("!", intents=discord.Intents.default()), bench.store)
    assert "message content intent" in caplog.text


async def test_it_captures_a_bot_once_and_no_bare_client(bench: Bench, store: MessageStore) -> None:
    with pytest.raises(InvalidSettings, match="already"):
        capture(bench.bot, store)
    client: Any = discord.Client(intents=discord.Intents.none())
    with pytest.raises(InvalidSettings, match=r"commands\.Bot"):
        capture(client, store)


def test_without_the_extra_the_error_says_what_to_install() -> None:
    program = """
import sys
import messagestore
assert "discord" not in sys.modules
sys.modules["discord"] = None
import messagestore.integrations.discord
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "pip install 'messagestore[discord]'" in run.stderr
