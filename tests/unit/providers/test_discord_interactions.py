from typing import Any

from messagestore.event import Event, Ignored, ReactionChanged
from messagestore.message import ContextType, Direction
from tests.unit.providers.bodies import only_message, parse

BOT = "1190000000000000100"
USER = {"id": "1190000000000000173", "username": "kenji.m"}


def interaction(kind: int, data: Any = None, **fields: Any) -> list[Event]:
    basic = {
        "id": "1549000000000000009",
        "application_id": BOT,
        "type": kind,
        "token": "example-interaction-token",
        "channel_id": "1180000000000000011",
        "user": USER,
        "data": data,
    }
    return parse("discord", {"t": "INTERACTION_CREATE", "d": basic | fields})


def test_a_slash_command_is_a_message_as_it_was_typed() -> None:
    options = [
        {
            "name": "find",
            "type": 1,
            "options": [{"name": "title", "value": "Kokoro"}, {"name": "used", "value": True}],
        }
    ]
    new = only_message(interaction(2, {"type": 1, "name": "book", "options": options}))
    assert new.content == "/book find title:Kokoro used:true"
    assert (new.is_bot_command, new.command_name) == (True, "book")
    assert (new.sender, new.recipient) == (USER["id"], BOT)
    assert new.direction is Direction.INCOMING
    assert new.message_id == "discord:1549000000000000009"


def test_the_token_of_an_interaction_is_not_kept() -> None:
    """Take "token" out of redaction.py: whoever reads the table could answer as the bot."""
    new = only_message(interaction(2, {"type": 1, "name": "book"}))
    assert "example-interaction-token" not in str(new.metadata)
    assert new.metadata["raw"]["id"] == "1549000000000000009"


def test_a_command_of_a_menu_has_its_target() -> None:
    new = only_message(interaction(2, {"type": 3, "name": "Translate", "target_id": "5"}))
    assert (new.content, new.metadata["kind"]) == ("Translate", "message_command")
    assert new.metadata["target_id"] == "5"


def test_contexts_of_interactions() -> None:
    data = {"type": 1, "name": "book"}
    assert only_message(interaction(2, data)).context_type is ContextType.PRIVATE
    in_server = interaction(2, data, guild_id="1", user=None, member={"user": USER, "nick": "K"})
    assert only_message(in_server).context_type is ContextType.GROUP
    assert only_message(in_server).metadata["profile_name"] == "K"
    several = interaction(2, data, channel={"id": "1180000000000000011", "type": 3})
    assert only_message(several).context_type is ContextType.GROUP


def test_a_tap_answers_the_message_with_the_button() -> None:
    row = {"type": 1, "components": [{"type": 2, "label": "Reserve", "custom_id": "r:1"}]}
    message = {"id": "77", "components": [row]}
    new = only_message(interaction(3, {"custom_id": "r:1", "component_type": 2}, message=message))
    assert (new.content, new.reply_to_message_id) == ("Reserve", "discord:77")
    assert (new.metadata["reply_id"], new.metadata["reply_title"]) == ("r:1", "Reserve")
    assert not new.is_bot_command


def test_the_rows_of_a_menu_are_read_by_their_labels() -> None:
    options = [{"label": "Friday", "value": "fri"}, {"label": "Saturday", "value": "sat"}]
    message = {
        "id": "77",
        "components": [{"components": [{"custom_id": "day", "options": options}]}],
    }
    data = {"custom_id": "day", "component_type": 3, "values": ["sat", "other"]}
    new = only_message(interaction(3, data, message=message))
    assert new.content == "Saturday, other"
    assert new.metadata["reply_values"] == ["sat", "other"]


def test_a_form_is_read_in_its_old_and_its_new_layout() -> None:
    data = {
        "custom_id": "feedback",
        "components": [
            {"type": 1, "components": [{"custom_id": "a", "value": "one"}]},
            {"type": 18, "component": {"custom_id": "b", "values": ["two", "three"]}},
        ],
    }
    new = only_message(interaction(5, data))
    assert new.content == "one\ntwo, three"
    assert new.metadata["flow_response"] == {"a": "one", "b": "two, three"}


def test_what_says_nothing_yet_is_ignored() -> None:
    for kind in (1, 4, 12):
        [event] = interaction(kind, {"name": "book"})
        assert isinstance(event, Ignored)


def reaction(name: str, emoji: Any) -> Event:
    data = {"user_id": "7", "message_id": "5", "channel_id": "11", "emoji": emoji}
    [event] = parse("discord", {"t": name, "d": data})
    return event


def test_reactions() -> None:
    for emoji, kept in (
        ({"id": None, "name": "📚"}, "📚"),
        ({"id": "9", "name": "lantern"}, "lantern:9"),
        ({"id": "9", "name": None}, "9"),
    ):
        added = reaction("MESSAGE_REACTION_ADD", emoji)
        assert added == ReactionChanged(message_id="discord:5", sender="7", emoji=kept)
        removed = reaction("MESSAGE_REACTION_REMOVE", emoji)
        assert removed == ReactionChanged(message_id="discord:5", sender="7", emoji=None)
    assert isinstance(reaction("MESSAGE_REACTION_ADD", {}), Ignored)
