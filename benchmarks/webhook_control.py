"""The control of the webhooks' benchmark: the same server and route, doing nothing.

    python webhook_control.py

It is uvicorn as `messagestore serve` configures it, and everything that a request goes through on
its way to a webhook's route; that reads the body and answers 200. Prints its URL, and serves until
SIGTERM.
"""

import asyncio

from fastapi import Response
from starlette.types import Receive, Scope, Send

from messagestore import Settings
from messagestore.http import server
from messagestore.http.app import Application, middleware, within
from messagestore.http.listening import listen, url_of
from messagestore.http.traffic import Traffic

DONE = Response(b'{"events":{"stored":1}}', media_type="application/json")


async def deliver(scope: Scope, receive: Receive, send: Send) -> None:
    """Take a payload, and do nothing with it."""
    await receive()
    await DONE(scope, receive, send)


async def main() -> None:
    """Serve."""
    settings = Settings()
    app = Application(openapi_url=None)
    app.delivery = within(middleware(settings, Traffic()), deliver)
    with listen("127.0.0.1", 0) as listener:
        print(url_of(listener), flush=True)
        await server.serve_app(app, settings, listener)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(main())
