"""The control of the webhooks' benchmark: the same server, and a route that does nothing.

    python webhook_control.py

It is FastAPI on uvicorn as `messagestore serve` configures it, without anything of ours around the
route: it reads the body and answers 200. Prints its URL, and serves until SIGTERM.
"""

import asyncio

from fastapi import FastAPI, Request, Response

from messagestore import Settings
from messagestore.http import server
from messagestore.http.listening import listen, url_of

app = FastAPI(openapi_url=None, redirect_slashes=False)


@app.post("/webhooks/{provider}")
async def deliver(request: Request, provider: str) -> Response:
    """Take a payload, and do nothing with it."""
    del provider
    await request.body()
    return Response(b'{"events":{"stored":1}}', media_type="application/json")


async def main() -> None:
    """Serve."""
    with listen("127.0.0.1", 0) as listener:
        print(url_of(listener), flush=True)
        await server.serve_app(app, Settings(), listener)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=server.new_event_loop) as runner:
        runner.run(main())
