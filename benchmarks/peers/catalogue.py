"""Who is measured, and where the environment of each is."""

import sys
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = Path(".messagestore/benchmarks/peers").resolve()
"""Made by `make bench-peers`, of `requirements/peers/<name>.txt`."""

OURS = "messagestore"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A store that is measured."""

    name: str
    module: str
    what: str
    """What of it is used."""
    last: str
    """How it gives the end of a conversation."""

    @property
    def folder(self) -> Path:
        """Where it may leave files."""
        return ENVIRONMENTS / self.name

    @property
    def python(self) -> Path:
        """The interpreter that has it installed."""
        return Path(sys.executable) if self.name == OURS else self.folder / "bin" / "python"


CANDIDATES = (
    Candidate(
        name=OURS,
        module="ours",
        what="`logger.log_incoming`, `service.get_last_messages`",
        last="asks for the last 20",
    ),
    Candidate(
        name="langchain-postgres",
        module="langchain_postgres",
        what="`PostgresChatMessageHistory`, psycopg, a pool of a connection for each caller",
        last="loads the conversation",
    ),
    Candidate(
        name="openai-agents",
        module="openai_agents",
        what="`SQLAlchemySession`, asyncpg, a pool of a connection for each caller",
        last="asks for the last 20",
    ),
    Candidate(
        name="chainlit",
        module="chainlit",
        what="`SQLAlchemyDataLayer`, asyncpg, a pool of a connection for each caller, and the "
        "tables of its documentation, which have no index on a step's thread",
        last="loads the conversation",
    ),
    Candidate(
        name="llama-index",
        module="llama_index",
        what="`PostgresChatStore`, asyncpg, a pool of a connection for each caller; it keeps a "
        "conversation as one array in one row",
        last="loads the conversation",
    ),
    Candidate(
        name="builderbot",
        module="builderbot",
        what="the statements of its Postgres adapter (1.2.6-alpha.0), sent by asyncpg over the "
        "one connection that it keeps; its tables have no index but the primary keys",
        last="asks for the last 1, with a limit of 20 here",
    ),
)
