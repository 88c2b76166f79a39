from hypothesis import given
from hypothesis import strategies as st

from messagestore.logger.spool.ranges import IdRanges, runs

PAIRS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10)), max_size=20)


@given(PAIRS)
def test_ranges_are_a_set(pairs: list[tuple[int, int]]) -> None:
    ranges, expected = IdRanges(), set[int]()
    stored: dict[int, int] = {}
    for first, more in pairs:
        swallowed, (begin, end) = ranges.add(first, first + more)
        expected.update(range(first, first + more + 1))
        for start in swallowed:
            del stored[start]
        stored[begin] = end
        assert len(ranges) == len(expected)
    assert sorted(stored.items()) == list(ranges)
    assert {number for number in range(1, 80) if number in ranges} == expected
    assert set(ranges.missing(3, 50)) == set(range(3, 51)) - expected
    assert ranges.count_missing(3, 50) == len(set(range(3, 51)) - expected)
    assert all(
        end + 1 < start for (_, end), (start, _) in zip(ranges, list(ranges)[1:], strict=False)
    )


@given(st.lists(st.integers(1, 50)))
def test_runs_cover_the_ids_and_no_others(ids: list[int]) -> None:
    covered = [number for first, last in runs(ids) for number in range(first, last + 1)]
    assert covered == sorted(set(ids))
