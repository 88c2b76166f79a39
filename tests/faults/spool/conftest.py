import os

import pytest


@pytest.fixture(scope="session")
def full_form() -> bool:
    """Whether the tests run as often as the durability page says: MESSAGESTORE_FAULTS=full."""
    return os.environ.get("MESSAGESTORE_FAULTS") == "full"
