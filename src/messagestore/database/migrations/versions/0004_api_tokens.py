"""Tokens of the HTTP API."""

from messagestore.database.migrator.step import Step

revision = "0004"
down_revision = "0003"


def upgrade(step: Step) -> None:
    """Run the SQL file of the same name."""
    step.run("0004_api_tokens")
