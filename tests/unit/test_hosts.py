import pytest

from messagestore.database.hosts import alternatives


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@a:1,b/n", ["postgresql://u:p@a:1/n", "postgresql://u:p@b/n"]),
        ("postgresql://a,b/n?port=1,2", ["postgresql://a/n?port=1", "postgresql://b/n?port=2"]),
        ("postgresql://a,b/n?port=7", ["postgresql://a/n?port=7", "postgresql://b/n?port=7"]),
        (
            "postgresql://u:@/n?host=/run/a,/run/b&target_session_attrs=read-write",
            [
                "postgresql://u:@/n?host=/run/a&target_session_attrs=read-write",
                "postgresql://u:@/n?host=/run/b&target_session_attrs=read-write",
            ],
        ),
    ],
)
def test_a_url_for_each_host(url: str, expected: list[str]) -> None:
    assert alternatives(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///name?host=/run/a",
        "postgresql://u:p%2C@a/name?options=-c%20a,b",
        "postgresql://a,b,c/name?port=1,2",
    ],
)
def test_others_stay_as_they_are(url: str) -> None:
    assert alternatives(url) == [url]
