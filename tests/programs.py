"""Programs of the system that some tests run."""

import os
import shutil

import pytest


def required(name: str) -> str:
    """Return a program's path; skip the test where there is none, but never in CI."""
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is not None:
        return program
    reason = f"{name} is not installed; `make programs` installs Debian's"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
