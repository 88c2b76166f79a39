"""Every error that messagestore raises.

::

    MessageStoreError
    ├── InvalidMessage          a record cannot be stored as it is (also a ValueError)
    ├── InvalidQuery            a question cannot be asked as it is (also a ValueError)
    ├── InvalidPayload          a provider's payload cannot be read (also a ValueError)
    ├── InvalidSettings         a setting is missing, unknown or wrong (also a ValueError)
    ├── MessageNotFound         no message has the id that was named (also a LookupError)
    ├── TokenNotFound           no token has the name that was given (also a LookupError)
    ├── EmbeddedServerError     the embedded PostgreSQL could not be set up, started or stopped
    ├── SpoolError              the spool did not do what was asked
    │   ├── SpoolFull           its limit or the disk leaves no room: drain it, or free space
    │   ├── SpoolUnavailable    its folder or file cannot be used, or another process has it
    │   └── EntryNotFound       nothing there has the id that was named (also a LookupError)
    └── DatabaseError           the database did not do what was asked
        ├── DatabaseUnavailable an outage: trying again later is right
        │   ├── DatabaseReadOnly  the server takes no writes (a standby, or read-only mode)
        │   └── LoginRefused      the server answers, and does not let this user or database in
        ├── SchemaMismatch      the tables are missing, older or newer than this version
        └── RecordRefused       the database refuses this record for its content: never try again

No message of these errors repeats what a person wrote: they name fields, sizes and ids' lengths.
"""


class MessageStoreError(Exception):
    """The root: ``except MessageStoreError`` catches everything below."""


class InvalidMessage(MessageStoreError, ValueError):
    """A record cannot be stored as it is. ``field`` names the part that is wrong."""

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class InvalidQuery(MessageStoreError, ValueError):
    """A question cannot be asked as it is: a limit, a cursor, a range or a search term."""


class InvalidPayload(MessageStoreError, ValueError):
    """A provider's payload cannot be read."""


class InvalidSettings(MessageStoreError, ValueError):
    """A setting is missing, unknown or has a wrong value."""


class MessageNotFound(MessageStoreError, LookupError):
    """No message has the id that was named."""


class TokenNotFound(MessageStoreError, LookupError):
    """No token of the HTTP API has the name that was given."""


class EmbeddedServerError(MessageStoreError):
    """The embedded PostgreSQL could not be set up, started or stopped."""


class SpoolError(MessageStoreError):
    """The spool did not do what was asked; what it had acknowledged before is untouched."""


class SpoolFull(SpoolError):
    """The spool's limit or the disk leaves no room: nothing of this call was kept."""


class SpoolUnavailable(SpoolError):
    """The spool's folder or file cannot be used (I/O, permissions), or another process has it."""


class EntryNotFound(SpoolError, LookupError):
    """Nothing in the quarantine or among the damaged has the id that was named."""


class DatabaseError(MessageStoreError):
    """The database did not do what was asked."""


class DatabaseUnavailable(DatabaseError):
    """An outage (down, unreachable, overloaded, out of disk): trying again later is right."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The server takes no writes: it is a standby, or was set read-only."""


class LoginRefused(DatabaseUnavailable):
    """The server answers, and does not let this user in, or has no such database."""


class SchemaMismatch(DatabaseError):
    """The tables are missing, older or newer than this version of messagestore."""


class RecordRefused(DatabaseError):
    """The database refuses a record for its content: it will never take it as it is."""
