"""What a person said by a command, a tap or a form, in the words that they saw."""

from collections.abc import Iterator
from typing import Any

from messagestore.providers.content import Content
from messagestore.providers.discord.components import label_of, walk
from messagestore.providers.fields import child, children, present, text
from messagestore.providers.payload import JsonObject

_COMMAND_KINDS: dict[Any, str] = {2: "user_command", 3: "message_command"}
_BUTTON = 2


def command_content(data: JsonObject) -> Content:
    """Return a command as it was typed, `/roll dice:2d6`; of a menu's command, its name."""
    kind = _COMMAND_KINDS.get(data.get("type")) if type(data.get("type")) is int else None
    name = text(data, "name")
    if kind or name is None:
        return Content(content=name, metadata={"kind": kind or "slash_command"})
    typed = " ".join([f"/{name}", *_options(data)])
    return Content(content=typed, metadata={"kind": "slash_command"})


def component_content(interaction: JsonObject) -> Content:
    """Return what the tapped button reads, or the chosen rows of a menu do.

    The interaction has the bot's own ids of them (`custom_id`, `values`); the labels are in the
    message that it carries. People and channels are chosen from a menu by their ids.
    """
    data = child(interaction, "data")
    custom_id = text(data, "custom_id")
    if data.get("component_type") == _BUTTON:
        tapped = _with_custom_id(child(interaction, "message"), custom_id)
        title = label_of(tapped)
        return Content(
            content=title,
            metadata={"kind": "button"} | present(reply_id=custom_id, reply_title=title),
        )
    menu = _with_custom_id(child(interaction, "message"), custom_id)
    labels = {text(option, "value"): label_of(option) for option in children(menu, "options")}
    values = _texts(data.get("values"))
    chosen = [labels.get(value) or value for value in values]
    return Content(
        content=", ".join(chosen) or None,
        metadata={"kind": "select"} | present(reply_id=custom_id, reply_values=values or None),
    )


def modal_content(data: JsonObject) -> Content:
    """Return the answers of a form, a line each."""
    fields = {
        custom_id: answer
        for component in walk(data)
        if (custom_id := text(component, "custom_id")) and (answer := _answer(component))
    }
    return Content(
        content="\n".join(fields.values()) or None,
        metadata={"kind": "modal"}
        | present(reply_id=text(data, "custom_id"), flow_response=fields or None),
    )


def _answer(component: JsonObject) -> str | None:
    return text(component, "value") or ", ".join(_texts(component.get("values"))) or None


def _options(part: JsonObject) -> Iterator[str]:
    """Yield the words after a command: subcommands, which have no value, and `name:value`."""
    for option in children(part, "options"):
        name, value = text(option, "name") or "", option.get("value")
        if isinstance(value, bool):
            value = "true" if value else "false"
        yield f"{name}:{value}" if isinstance(value, str | int | float) else name
        yield from _options(option)


def _with_custom_id(message: JsonObject, custom_id: str | None) -> JsonObject:
    return next((found for found in walk(message) if text(found, "custom_id") == custom_id), {})


def _texts(values: Any) -> list[str]:
    return (
        [value for value in values if isinstance(value, str) and value]
        if isinstance(values, list)
        else []
    )
