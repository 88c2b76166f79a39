"""The GIN indexes without weeks go."""

from messagestore.database.migrator.step import Step

revision = "0009"
down_revision = "0008"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0009_drop_weekless_indexes")
