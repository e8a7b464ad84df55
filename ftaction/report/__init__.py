"""TELL: pure functions from what happened to words. The only place that makes them."""
