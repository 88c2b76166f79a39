import math
from datetime import UTC, datetime
from typing import Any

import pytest

from messagestore.providers.timestamp import long_integer, moment

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        SECONDS,
        str(SECONDS),
        float(SECONDS),
        f"{SECONDS}.000",
        SECONDS * 1000,
        str(SECONDS * 1000),
        {"low": SECONDS, "high": 0, "unsigned": True},
        "2026-09-14T12:00:00.000000+00:00",
        "2026-09-14T14:00:00+0200",
        "2026-09-14 12:00Z",
    ],
)
def test_any_writing_of_a_moment_is_that_moment(value: Any) -> None:
    assert moment(value) == NOON


def test_milliseconds_are_kept() -> None:
    assert moment(SECONDS * 1000 + 417) == NOON.replace(microsecond=417_000)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "soon", "-1", -1, 0, 1, True, [], {}, {"low": "x", "high": 0}, math.nan, math.inf,
        10**30, 10**4000, "9" * 400, "2026-09-14", "2026-09-14T12:00:00", "2026-02-30T12:00:00Z",
        "0000-01-01T00:00:00Z", "1999-12-31T23:59:59Z",
        "１７８８００００００", SECONDS * 10**6, 86_400 * 365 * 20,
    ],
)  # fmt: skip
def test_what_is_no_sane_time_is_left_to_the_time_of_receipt(value: Any) -> None:
    assert moment(value) is None


def test_a_long_of_javascript_is_read() -> None:
    assert long_integer({"low": -1, "high": 1}) == 2**33 - 1
    assert long_integer("12") is None
