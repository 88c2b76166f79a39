"""A load of webhooks, in a process of its own.

Prints how many were answered with 200 a second, and the seconds of processor time that it took.

    python webhook_load.py HOST PORT FIRST COUNT CONNECTIONS SECRET

Each connection sends its next webhook when the last one was answered. They are made and signed
beforehand, and answers are read no further than needed, so that the load costs the server little.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import cast

import httptools
import uvloop

from messagestore.http.signatures import meta


def webhook(number: int) -> bytes:
    """Return WhatsApp's payload of a text message, in one of 500 conversations."""
    person = str(12025550000 + number % 500)
    message = {
        "from": person,
        "id": f"wamid.bench.{number}",
        "timestamp": str(1770000000 + number),
        "type": "text",
        "text": {"body": f"message number {number}, about as much as people say in a chat"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": "100000000000001"},
        "contacts": [{"profile": {"name": "Maya"}, "wa_id": person}],
        "messages": [message],
    }
    entry = {"id": "200000000000001", "changes": [{"value": value, "field": "messages"}]}
    payload = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(payload, separators=(",", ":")).encode()


def request(number: int, secret: str) -> bytes:
    """Return a signed webhook as it goes over the line."""
    body = webhook(number)
    head = (
        "POST /webhooks/whatsapp_cloud HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json"
        f"\r\n{meta.HEADER}: {meta.sign(body, secret)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """Sends one request after the other; `done` has how many were answered with 200."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._answered = 0
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the start."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def send_next(self) -> None:
        """Send the next request, or tell that none is left."""
        following = next(self._requests, None)
        if following is None:
            self.done.set_result(self._answered)
        elif self._transport is not None:
            self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        """Read an answer."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Go on after an answer 200; any other would spoil the figure."""
        if self._parser.get_status_code() != HTTPStatus.OK:
            self._give_up(f"a webhook was answered with {self._parser.get_status_code()}")
            return
        self._answered += 1
        self._parser = httptools.HttpResponseParser(self)
        self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        """Give up where something was still to come."""
        del error
        self._give_up("the server has closed a connection")

    def _give_up(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError(reason))


async def load(
    host: str, port: int, requests: list[bytes], connections: int
) -> tuple[float, float]:
    """Send all; return how many were answered with 200 a second, and the processor time of it.

    Raises ConnectionError.
    """
    loop = asyncio.get_running_loop()
    waiting = iter(requests)
    opened = [
        (await loop.create_connection(lambda: Connection(waiting), host, port))[1]
        for _ in range(connections)
    ]
    started, used = time.perf_counter(), time.process_time()
    for connection in opened:
        connection.send_next()
    answered = sum(await asyncio.gather(*(connection.done for connection in opened)))
    if answered != len(requests):
        raise ConnectionError(f"{answered} of {len(requests)} webhooks were answered")
    return answered / (time.perf_counter() - started), time.process_time() - used


def main() -> None:
    """Send the load that the arguments name."""
    host, port, first, count, connections, secret = sys.argv[1:]
    numbers = itertools.islice(itertools.count(int(first)), int(count))
    requests = [request(number, secret) for number in numbers]
    print(*uvloop.run(load(host, int(port), requests, int(connections))))


if __name__ == "__main__":
    main()
