"""Benchmarks: `make bench`, and in full `make bench-full`."""
