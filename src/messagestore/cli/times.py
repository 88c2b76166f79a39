"""Times on the command line."""

from datetime import UTC, datetime

import typer


def parse_time(text: str) -> datetime:
    """Read a date or a time of ISO 8601; one without a zone is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            "give a date or a time of ISO 8601, such as 2026-09-14 or 2026-09-14T09:12:05Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
