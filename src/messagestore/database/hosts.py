"""The hosts of a URL that names several: the one that answered last is tried first.

The driver tries them in their order within one timeout, so that a first host which neither answers
nor refuses, as a machine without power does, would keep it from the second for ever.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from weakref import WeakSet

import asyncpg

_TRY_THE_NEXT = (
    OSError,  # a TimeoutError is one
    asyncpg.CannotConnectNowError,
    asyncpg.exceptions.TargetServerAttributeNotMatched,
)


class Hosts:
    """Makes connections to the first host of a URL that answers and fits."""

    def __init__(self, url: str) -> None:
        self._urls = alternatives(url)
        self._first = 0
        self._host = 0
        self._open: WeakSet[asyncpg.Connection[asyncpg.Record]] = WeakSet()

    async def connect(self, **settings: Any) -> "asyncpg.Connection[asyncpg.Record]":
        """Connect as asyncpg.connect does, with an equal part of `timeout` for each host."""
        connection: asyncpg.Connection[asyncpg.Record]
        count, first = len(self._urls), self._first
        settings["timeout"] /= count
        for host in (*range(first, count), *range(first)):
            try:
                connection = await asyncpg.connect(self._urls[host], **settings)
            except asyncio.CancelledError:
                self._first = (host + 1) % count  # the caller waits no longer for this one
                raise
            except _TRY_THE_NEXT as error:
                refusal = error
            else:
                self._note(host, connection)
                return connection
        raise refusal

    def _note(self, host: int, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Cut the connections to the former host: what waits for it would wait in vain."""
        self._first = host
        if host != self._host:
            for former in list(self._open):
                former.terminate()
            self._open.clear()
            self._host = host
        self._open.add(connection)


def alternatives(url: str) -> list[str]:
    """Return the URL once for each host that it names, in its order."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    account, at, netloc = parts.netloc.rpartition("@")
    hosts = (netloc or query.get("host", "")).split(",")
    ports = query.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(hosts) == 1 or len(ports) != len(hosts):  # the driver says what is wrong with these
        return [url]
    urls = []
    for host, port in zip(hosts, ports, strict=True):
        own = query | ({} if netloc else {"host": host}) | ({"port": port} if port else {})
        place = f"{account}{at}{host}" if netloc else parts.netloc
        text = urlencode(own, safe="/", quote_via=quote)
        urls.append(urlunsplit(parts._replace(netloc=place, query=text)))
    return urls
