"""The hook in a real bot of discord.py: what the bot sends and changes."""

import io
from typing import Any

import discord
import pytest

from messagestore import ContextType, Direction, MediaType, MessageStore, Settings, Status
from messagestore.message import Message
from tests.integration.integrations.discord_py.api import (
    BOT_ID,
    CHANNEL_ID,
    GUILD_ID,
    PERSON_ID,
    DiscordApi,
)
from tests.integration.integrations.discord_py.bench import Bench, in_server, working_bot

_INTERACTION = 1_472_200_705_000_000_000


def command(channel_id: str = CHANNEL_ID) -> dict[str, Any]:
    return {
        "id": str(_INTERACTION),
        "application_id": BOT_ID,
        "type": 2,
        "token": "example-interaction-token",
        "version": 1,
        "channel_id": channel_id,
        "channel": {"id": channel_id, "type": 1},
        "locale": "ja",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "app_permissions": "0",
        "attachment_size_limit": 1,
        "user": {"id": PERSON_ID, "username": "k", "discriminator": "0", "avatar": None},
        "data": {"id": "1195000000000000001", "name": "book", "type": 1},
    }


async def test_a_send_is_queued_before_it_leaves_and_sent_after(bench: Bench) -> None:
    during: list[Message] = []

    async def look(_message: dict[str, Any]) -> None:
        during.append(await bench.only_row())

    bench.api.before_answer = look
    sent = await bench.channel.send("doors open at seven", nonce="n1")
    [queued] = during
    assert (queued.status, queued.content) == (Status.QUEUED, "doors open at seven")
    assert queued.message_id.startswith("local:")
    row = await bench.only_row()
    assert (row.message_id, row.status, row.id) == (f"discord:{sent.id}", Status.SENT, queued.id)
    assert (row.direction, row.sender) == (Direction.OUTGOING, BOT_ID)
    assert (row.context_id, row.context_type) == (CHANNEL_ID, ContextType.GROUP)
    assert row.metadata["guild_id"] == GUILD_ID


async def test_the_echo_of_a_send_is_no_second_message(bench: Bench) -> None:
    """Take `end.sent` out of discord_requests.py: the queued row stays beside the echo."""

    async def echo_first(message: dict[str, Any]) -> None:
        await bench.gateway(("MESSAGE_CREATE", in_server(message)))

    await bench.channel.send("response first")
    row = await bench.only_row()
    echo = bench.api.own_message("response first") | {"id": row.message_id.partition(":")[2]}
    await bench.gateway(("MESSAGE_CREATE", in_server(echo)))
    bench.api.before_answer = echo_first
    await bench.channel.send("echo first")
    rows = await bench.rows()
    assert sorted(row.content or "" for row in rows) == ["echo first", "response first"]
    assert {row.status for row in rows} == {Status.SENT}
    assert {row.direction for row in rows} == {Direction.OUTGOING}
    stats = await bench.store.service.get_message_stats(CHANNEL_ID)
    assert (stats.total, stats.outgoing) == (2, 2)


async def test_a_file_is_stored_with_what_the_answer_says_of_it(bench: Bench) -> None:
    file = discord.File(io.BytesIO(b"kokoro\n"), filename="list.txt")
    sent = await bench.channel.send("the list", file=file)
    assert bench.api.asked[-1][2]["content"] == "the list", "the file left with its message"
    row = await bench.only_row()
    assert row.message_id == f"discord:{sent.id}"
    assert (row.media_type, row.media_size) == (MediaType.DOCUMENT, 7)
    assert row.media_url == "https://cdn.example/list.txt"
    assert row.context_type is ContextType.GROUP


async def test_a_failed_send_is_stored_and_raises_what_discord_py_raises(bench: Bench) -> None:
    bench.api.fails = 403
    with pytest.raises(discord.Forbidden, match="Missing Permissions"):
        await bench.channel.send("not for me")
    row = await bench.only_row()
    assert (row.status, row.content) == (Status.FAILED, "not for me")
    assert row.error_message is not None
    assert "50013" in row.error_message


async def test_what_the_bot_changes_is_stored(bench: Bench) -> None:
    sent = await bench.channel.send("helo")
    edited = await sent.edit(content="hello")
    assert edited.content == "hello"
    await sent.add_reaction("📚")
    row = await bench.only_row()
    assert [version.get("content") for version in row.metadata["edits"]] == ["helo", "hello"]
    assert row.metadata["reactions"][BOT_ID]["emoji"] == "📚"
    await sent.delete()
    assert await bench.rows() == []


async def test_the_answer_to_a_command_is_stored_where_the_command_was(bench: Bench) -> None:
    """Take `asyncio.sleep(0)` out of discord_requests.py: its channel is not known yet."""

    @bench.bot.tree.command(name="book")
    async def book(interaction: discord.Interaction[Any]) -> None:
        """Answer so that only the person sees it: the gateway sends no echo of that."""
        await interaction.response.send_message("on the shelf", ephemeral=True)
        await interaction.followup.send("anything else?", ephemeral=True)

    during: list[Status] = []

    async def look(_message: dict[str, Any]) -> None:
        during.append((await bench.rows())[-1].status)

    bench.api.before_answer = look
    await bench.gateway(("INTERACTION_CREATE", command()))
    rows = {row.content: row for row in await bench.rows()}
    asked, answer, more = (rows[text] for text in ("/book", "on the shelf", "anything else?"))
    assert (asked.command_name, asked.sender) == ("book", PERSON_ID)
    for row in (answer, more):
        assert (row.direction, row.status) == (Direction.OUTGOING, Status.SENT)
        assert row.context_id == CHANNEL_ID
        assert row.message_id.startswith("discord:")
        assert row.metadata["ephemeral"] is True
    assert during == [Status.QUEUED, Status.QUEUED]
    assert "example-interaction-token" not in str([row.metadata for row in rows.values()])


async def test_an_answer_that_was_put_off_is_stored_when_it_comes(bench: Bench) -> None:
    @bench.bot.tree.command(name="book")
    async def book(interaction: discord.Interaction[Any]) -> None:
        """Think first."""
        await interaction.response.defer()
        await interaction.edit_original_response(content="found it")

    await bench.gateway(("INTERACTION_CREATE", command()))
    assert sorted(row.content or "" for row in await bench.rows()) == ["/book", "found it"]


async def test_without_the_store_the_bot_sends_all_the_same(
    settings: Settings, discord_api: DiscordApi, caplog: pytest.LogCaptureFixture
) -> None:
    """Every log call of a store that was closed fails: the bot must not notice."""
    async with MessageStore.open(settings=settings) as store:
        pass
    async with working_bot(discord_api, store) as bench:
        assert (await bench.channel.send("hello")).content == "hello"
        discord_api.fails = 403
        with pytest.raises(discord.Forbidden):
            await bench.channel.send("hello")
        await bench.gateway(("MESSAGE_CREATE", in_server(discord_api.message())))
    assert "The store is closed" in caplog.text
    assert "hello" not in caplog.text
