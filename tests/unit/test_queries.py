"""What holds for the statements as they are written."""

import re
from importlib.resources import files

import pytest

QUERIES = {
    f"{package}/{path.name}": path.read_text(encoding="utf-8")
    for package in ("queries", "queries.distributed")
    for path in files(f"messagestore.repository.{package}").iterdir()
    if path.name.endswith(".sql")
}
NOTED_BY_ANOTHER = {"queries/delete_due.sql"}
"""settle_expired.sql notes it, in the same transaction."""
_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM) messages\b")

WRITING = {name for name in QUERIES if _WRITES.search(QUERIES[name])}


@pytest.mark.parametrize("name", sorted(WRITING - NOTED_BY_ANOTHER))
def test_what_writes_messages_notes_it(name: str) -> None:
    """The stream lives on it, and `partitions split` would leave behind what is not noted."""
    assert "INSERT INTO changes" in QUERIES[name]
