"""Where the service listens: its socket, its URL, and whether strangers can reach it."""

import ipaddress
import socket
from contextlib import suppress

from messagestore.errors import InvalidSettings

_BACKLOG = 2048
_NEAR = 20
_LAST_PORT = 65_535


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that connections wait in line until somebody serves them.

    Raises InvalidSettings where the address or the port cannot be had.
    """
    host = host.strip("[]")
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidSettings(
            f"The service cannot listen on {host}, port {port}: {reason}."
        ) from None
    listener.set_inheritable(True)  # by the workers
    return listener


def listen_near(host: str, port: int) -> socket.socket:
    """Return a socket that listens on that port, or on one of the next where it is taken.

    Raises InvalidSettings, about the port that was asked for, where none of them can be had.
    """
    for candidate in range(port, min(port + _NEAR, _LAST_PORT + 1)):
        with suppress(InvalidSettings):
            return listen(host, candidate)
    return listen(host, port)


def url_of(listener: socket.socket) -> str:
    """Return the URL of what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
