"""Variants: the text of a statement where the tables are distributed, in place of its usual one.

The layout is read from the catalog once for each connection, as it is made, and not asked for by
any caller. So a pool goes over to the variants by itself when the tables are distributed while it
is open: `messagestore migrate --distributed` cuts its connections.
"""

from collections.abc import Mapping
from types import MappingProxyType

NO_VARIANTS: Mapping[str, str] = MappingProxyType({})

IS_DISTRIBUTED = """
SELECT EXISTS (
    SELECT FROM pg_class AS places JOIN pg_class AS messages USING (relnamespace)
    WHERE places.oid = to_regclass('message_places') AND messages.oid = to_regclass('messages')
)
"""
"""Whether message_places is there, which is made when all other tables are distributed, and nowhere
else. Beside messages: a schema of its own on a cluster may hold tables that are not."""

_ONE_STATEMENT = """DO $script$ BEGIN
-- The statements of a script are about the same shards: one connection to each node does all.
SET LOCAL citus.multi_shard_modify_mode = 'sequential';
-- On the nodes, where nobody but autovacuum and strangers to the store can be in the way: the
-- former gives way after a second. Here the script says how long it waits.
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL lock_timeout = '2s';
SET LOCAL citus.propagate_set_commands = 'none';
{script}
END $script$"""


def as_one_statement(script: str) -> str:
    """Return a script that changes tables as one statement, for where they are distributed.

    Citus hands on the text of the message that a statement came in, and its nodes refuse a text of
    several statements. In a DO block each is a text of its own, and the whole is one message still.
    """
    return _ONE_STATEMENT.format(script=script)
