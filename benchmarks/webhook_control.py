"""The control of the webhooks' benchmark: the same server and route, doing nothing.

    python webhook_control.py

It is uvicorn as `messagestore serve` configures it, and everything that a request goes through on
its way to a webhook's route; that reads the body and answers 200. Prints its URL, and serves until
SIGTERM.
"""

import asyncio

from fastapi import FastAPI, Request, Response

from messagestore import Settings
from messagestore.http import server
from messagestore.http.app import add_middleware
from messagestore.http.listening import listen, url_of
from messagestore.http.traffic import Traffic

app = FastAPI(openapi_url=None, redirect_slashes=False)
add_middleware(app, Settings(), Traffic())


async def deliver(request: Request) -> Response:
    """Take a payload, and do nothing with it."""
    await request.body()
    return Response(b'{"events":{"stored":1}}', media_type="application/json")


app.add_route("/webhooks/{provider}", deliver, methods=["POST"])


async def main() -> None:
    """Serve."""
    with listen("127.0.0.1", 0) as listener:
        print(url_of(listener), flush=True)
        await server.serve_app(app, Settings(), listener)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(main())
