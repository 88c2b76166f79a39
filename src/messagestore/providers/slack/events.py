"""An event of the Events API becomes one event of ours."""

from messagestore.event import Event, Ignored, ReactionChanged
from messagestore.providers.fields import child, clean, required_identifier, text
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.installation import Installation
from messagestore.providers.slack.messages import message_event
from messagestore.providers.timestamp import moment

_NO_MESSAGES = kinds("""
    agent_session_stopped agent_session_title_changed app_context_changed app_deleted
    app_home_opened app_installed app_requested app_uninstalled app_uninstalled_team
    assistant_thread_context_changed assistant_thread_started call_rejected channel_archive
    channel_created channel_deleted channel_history_changed channel_id_changed channel_left
    channel_rename channel_shared channel_unarchive channel_unshared dnd_updated dnd_updated_user
    email_domain_changed emoji_changed entity_details_requested file_change file_comment_added
    file_comment_deleted file_comment_edited file_created file_deleted file_public file_shared
    file_unshared function_executed grid_migration_finished grid_migration_started group_archive
    group_close group_deleted group_history_changed group_left group_open group_rename
    group_unarchive im_close im_created im_history_changed im_open invite_requested link_shared
    member_joined_channel member_left_channel message_metadata_deleted message_metadata_posted
    message_metadata_updated pin_added pin_removed shared_channel_invite_accepted
    shared_channel_invite_approved shared_channel_invite_declined shared_channel_invite_received
    shared_channel_invite_requested star_added star_removed subteam_created
    subteam_members_changed subteam_self_added subteam_self_removed subteam_updated
    team_access_granted team_access_revoked team_domain_change team_join team_rename
    tokens_revoked user_change user_huddle_changed user_profile_changed user_status_changed
    workflow_deleted workflow_published workflow_step_deleted workflow_step_execute
    workflow_unpublished
""")
"""The other events of https://docs.slack.dev/reference/events that the Events API sends."""

_FILES = ("file", "file_comment")


def event_of(installation: Installation, event: JsonObject) -> Event:
    """Return what an event means; raises InvalidMessage where it cannot mean anything."""
    kind = event.get("type")
    match kind:
        case "message" | "app_mention":
            return message_event(installation, event)
        case "reaction_added" | "reaction_removed":
            return _reaction(installation, event, taken_back=kind == "reaction_removed")
        case _:
            return unread("event", kind, _NO_MESSAGES)


def _reaction(installation: Installation, event: JsonObject, *, taken_back: bool) -> Event:
    item = child(event, "item")
    target = item.get("type")
    if target in _FILES:
        return Ignored(reason="a reaction to a file, not to a message")
    if target != "message":
        return unread("a reaction to", target, ())
    emoji = text(event, "reaction")
    return ReactionChanged(
        message_id=installation.message_id(
            required_identifier(item, "channel"), required_identifier(item, "ts")
        ),
        sender=required_identifier(event, "user"),
        emoji=clean(emoji) if emoji and not taken_back else None,
        at=moment(event.get("event_ts")),
    )
