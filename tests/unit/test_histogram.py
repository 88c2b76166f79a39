from messagestore.repository.histogram import Histogram


def test_each_figure_is_in_the_bucket_of_the_lowest_bound_that_it_does_not_exceed() -> None:
    histogram = Histogram.of((1, 10))
    for figure in (0, 1, 1.5, 10, 10.1, 1e9):
        histogram.observe(figure)
    assert histogram.buckets == [2, 2, 2]
    assert (histogram.count, histogram.sum) == (6, 0 + 1 + 1.5 + 10 + 10.1 + 1e9)


def test_two_do_not_share_their_buckets() -> None:
    Histogram.of_seconds().observe(0.2)
    assert sum(Histogram.of_seconds().buckets) == 0
