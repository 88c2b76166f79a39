"""`messagestore migrate --sql`: what would run, to read or to give to psql."""

import io
from pathlib import Path

from alembic.script import ScriptDirectory

from messagestore.database.migrator.alembic_run import print_revisions
from messagestore.database.migrator.schema import revisions
from messagestore.errors import SchemaMismatch

HEADER = """-- Run it with psql and stop at the first error:
--   messagestore migrate --sql | psql --set ON_ERROR_STOP=1 --dbname …
"""


def render(folder: Path, since: str | None) -> str:
    """Return the SQL of all revisions after `since`."""
    known = revisions(folder)
    if since is not None and since not in known:
        raise SchemaMismatch(f"There is no revision {since} in this version of messagestore.")
    wanted = list(known[known.index(since) + 1 :] if since is not None else known)
    buffer = io.StringIO()
    buffer.write(HEADER + "\n")
    print_revisions(ScriptDirectory(folder), wanted, since, buffer)
    return buffer.getvalue()
