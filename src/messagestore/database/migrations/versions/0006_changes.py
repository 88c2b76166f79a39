"""What the stream tells."""

from messagestore.database.migrator.step import Step

revision = "0006"
down_revision = "0005"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0006_changes")
