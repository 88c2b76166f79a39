"""The server's configuration files, which are written anew at each start."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from messagestore.database.embedded.account import Account
from messagestore.database.embedded.owned import write_owned
from messagestore.database.embedded.postmaster import PORT
from messagestore.database.embedded.sizing import settings_for_machine
from messagestore.errors import EmbeddedServerError

if sys.platform != "win32":
    import pwd

ROLE = "messagestore"

_HEADER = "# Written by messagestore at each start; ALTER SYSTEM keeps settings of your own.\n"

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "default_text_search_config": "pg_catalog.simple",
    "lc_messages": "C",
    # What people wrote must not reach the log. An error's text quotes values ("invalid input
    # syntax for type …"), its details whole rows, its statement literals. The client gets all of
    # that anyway, so the log takes only what concerns the server: LOG, FATAL and PANIC.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}

# The kernel says who connects. Root is let in because it can become the account anyway.
_HBA = "local all all peer map=messagestore\nlocal replication all peer map=messagestore\n"


def write_configuration(
    cluster: Path, account: Account, socket_dir: Path, extra: Mapping[str, str]
) -> None:
    """Write postgresql.conf, pg_hba.conf and pg_ident.conf."""
    # A list within a value: commas part folders, so each is quoted.
    folders = '"{}"'.format(str(socket_dir).replace('"', '""'))
    settings = {
        **_SETTINGS,
        **settings_for_machine(cluster),
        "unix_socket_directories": folders,
        **extra,
    }
    lines = [f"{_checked(name)} = {_quoted(value)}\n" for name, value in settings.items()]
    names = dict.fromkeys((account.name, pwd.getpwuid(0).pw_name))
    ident = [f'messagestore "{name}" all\n' for name in names]
    write_owned(cluster / "postgresql.conf", _HEADER + "".join(lines), account)
    write_owned(cluster / "pg_hba.conf", _HEADER + _HBA, account)
    write_owned(cluster / "pg_ident.conf", _HEADER + "".join(ident), account)


def _checked(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name):
        raise EmbeddedServerError(f"{name!r} is no name of a PostgreSQL setting: correct it.")
    return name


def _quoted(value: str) -> str:
    if "\n" in value or "\0" in value:
        raise EmbeddedServerError("A PostgreSQL setting cannot hold a line feed: correct it.")
    return "'{}'".format(value.replace("\\", "\\\\").replace("'", "''"))
