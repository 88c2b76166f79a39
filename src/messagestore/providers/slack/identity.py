"""The `message_id` of Slack; docs/reference/identifiers.md has the form."""

from messagestore.providers.fields import checked_identifier


def message_id_of(team: str, channel: str, ts: str) -> str:
    """Return the id of a message: `ts` is unique in its channel only.

    What has no `ts` of a message has in its place a word and an id: `action-…`, `command-…`,
    `file-…`, `scheduled-…`.
    """
    return checked_identifier(f"slack:{team}:{channel}:{ts}", "message_id")
