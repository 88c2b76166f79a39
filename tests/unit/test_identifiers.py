from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from messagestore.identifiers import (
    FIRST_ID,
    LAST_ID,
    carries_time,
    new_id,
    time_of,
    truncate_to_millisecond,
)

moments = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 (the zone is given apart)
    datetime(9999, 12, 30),  # noqa: DTZ001 (likewise)
    timezones=st.just(UTC),
)


@given(moments)
def test_an_id_carries_its_time_to_the_millisecond(moment: datetime) -> None:
    identifier = new_id(moment)
    assert time_of(identifier) == truncate_to_millisecond(moment)
    assert (identifier.version, identifier.variant) == (7, "specified in RFC 4122")
    assert FIRST_ID < identifier < LAST_ID
    assert carries_time(identifier)


@given(moments, moments)
def test_ids_sort_as_their_times_do(one: datetime, other: datetime) -> None:
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (new_id(one) < new_id(other)) == (one < other)


def test_ids_of_one_moment_sort_as_they_were_made() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    identifiers = [new_id(moment) for _ in range(10_000)]
    assert identifiers == sorted(set(identifiers))


def test_threads_never_make_the_same_id() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with ThreadPoolExecutor(8) as pool:
        identifiers = list(pool.map(new_id, [moment] * 20_000))
    assert len(set(identifiers)) == 20_000


def test_ids_of_others_carry_no_time() -> None:
    assert not carries_time(uuid4())
    assert not carries_time(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"))
