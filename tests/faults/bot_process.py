"""A bot that logs without pause, and prints the id of each message that was acknowledged.

Its callers go on while the store closes: what is acknowledged then must be kept too.
"""

import asyncio
import itertools
import os
import signal
import sys
from contextlib import suppress

from messagestore import MessageStore, Settings
from tests.builders import new_message

CALLERS = 64


async def _call(store: MessageStore, numbers: "itertools.count[int]", context_id: str) -> None:
    while True:
        message_id = f"bot-{os.getpid()}-{next(numbers)}"
        result = await store.logger.log_incoming(
            new_message(message_id=message_id, context_id=context_id)
        )
        if not result.durable:
            return
        # One short write: a reader of the pipe sees a line whole or not at all.
        os.write(sys.stdout.fileno(), f"{message_id}\n".encode())


async def main() -> None:
    """Log until SIGTERM."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    numbers = itertools.count()
    with suppress(asyncio.CancelledError):
        async with MessageStore.open(settings=Settings()) as store:
            callers = [
                asyncio.create_task(_call(store, numbers, f"context-{caller}"))
                for caller in range(CALLERS)
            ]
            await asyncio.wait(callers)


if __name__ == "__main__":
    asyncio.run(main())
