"""Uses a processor for a share of the time, and nothing else, until it is stopped.

python -m benchmarks.spinner SHARE BURST
"""

import sys
import time


def spin(share: float, burst: float) -> None:
    """Work for `burst` seconds of processor time on end, and rest as long as the share leaves."""
    print("spinning", flush=True)
    while True:
        begun = time.monotonic()
        until = time.thread_time() + burst
        while time.thread_time() < until:
            pass
        time.sleep(max(0.0, begun + burst / share - time.monotonic()))


if __name__ == "__main__":
    spin(float(sys.argv[1]), float(sys.argv[2]))
