"""The GIN indexes anew, with the week of each message: metadata, texts and glyphs, week by week."""

from messagestore.database.migrator.step import Step

revision = "0008"
down_revision = "0007"

_COLUMNS = {
    "messages_metadata_by_week": ("metadata jsonb_path_ops", "NOT is_deleted"),
    # What 0003_search.sql says of its indexes goes for these, which take their place.
    "messages_search_by_week": (
        'context_id COLLATE "C", content gin_trgm_ops',
        "content IS NOT NULL AND NOT is_deleted",
    ),
    "messages_glyphs_by_week": (
        'context_id COLLATE "C", messagestore_glyphs(content)',
        "messagestore_has_glyphs(content) AND NOT is_deleted",
    ),
}


def upgrade(step: Step) -> None:
    """Find the newest that match without looking at all that do."""
    for name, (columns, condition) in _COLUMNS.items():
        step.build_index_concurrently(
            name,
            "messages",
            f"USING gin (messagestore_week(created_at), {columns}) "
            f"WITH (gin_pending_list_limit = 65536) WHERE {condition}",
        )
