"""Weeks, for indexes."""

from messagestore.database.migrator.step import Step

revision = "0007"
down_revision = "0006"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0007_weeks")
