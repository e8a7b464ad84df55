"""What `make bench` measures: FirstTry beside its peers and beside its budgets. Start with `__main__.py`; method in docs/benchmarks.md."""
