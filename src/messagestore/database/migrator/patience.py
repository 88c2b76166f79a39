"""How long to keep trying, and how long to rest between two tries."""

import asyncio
import random
import time

FIRST_REST = 0.1
LONGEST_REST = 5.0


class Patience:
    """A deadline with jittered, growing rests. The jitter keeps many waiters out of step."""

    def __init__(self, seconds: float, *, longest_rest: float = LONGEST_REST) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._longest = longest_rest
        self._rest = FIRST_REST

    async def rest(self) -> bool:
        """Sleep a little; return False, at once, when there is no time left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        share = random.uniform(0.5, 1.0)  # noqa: S311 (jitter, no secret)
        await asyncio.sleep(min(left, self._rest * share))
        self._rest = min(self._rest * 2, self._longest)
        return True
