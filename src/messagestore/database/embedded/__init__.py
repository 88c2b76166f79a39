"""The PostgreSQL that pip installs: set up, started, shared by processes, and stopped."""

from messagestore.database.embedded.server import EmbeddedServer
from messagestore.database.embedded.status import ServerStatus

__all__ = ["EmbeddedServer", "ServerStatus"]
