"""The tables."""

from messagestore.database.migrator.step import Step

revision = "0001"
down_revision = None


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0001_tables")
