"""The control of the webhooks' benchmark: the same server and route, doing nothing.

    python -m benchmarks.webhook_control WORKERS

It is uvicorn as `messagestore serve` configures it, and everything that a request goes through on
its way to a webhook's route; that reads the body and answers 200. Prints its URL, and serves until
SIGTERM.
"""

import asyncio
import sys

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


def create_app() -> Application:
    """Return the application."""
    app = Application(openapi_url=None)
    app.delivery = within(middleware(Settings(), Traffic()), deliver)
    return app


def main() -> None:
    """Serve."""
    workers = int(sys.argv[1])
    with listen("127.0.0.1", 0) as listener:
        print(url_of(listener), flush=True)
        if workers > 1:
            application = f"{__spec__.name}:create_app"
            server.serve_in_workers(Settings(), listener, workers, application)
            return
        with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
            runner.run(server.serve_app(create_app(), Settings(), listener))


if __name__ == "__main__":
    main()
