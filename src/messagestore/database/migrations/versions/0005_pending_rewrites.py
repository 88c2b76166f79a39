"""Edits, reactions and deletions that wait for their message."""

from messagestore.database.migrator.step import Step

revision = "0005"
down_revision = "0004"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0005_pending_rewrites")
