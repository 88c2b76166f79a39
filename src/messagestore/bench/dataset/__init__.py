"""The data set of the benchmarks: a bot's messages of two years, the same for the same seed."""
