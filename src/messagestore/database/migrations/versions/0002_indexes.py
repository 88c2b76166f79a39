"""The indexes of the specification, and one of ours."""

from messagestore.database.migrator.step import Step

revision = "0002"
down_revision = "0001"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0002_indexes")
