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
