"""The short benchmark that anyone can run: what `messagestore bench` and `benchmarks/` share."""
