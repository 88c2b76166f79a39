"""Search."""

from messagestore.database.migrator.step import Step

revision = "0003"
down_revision = "0002"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0003_search")
