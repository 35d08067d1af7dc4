"""Measurements: run them as modules from the repository's root, e.g. ``python -m benchmarks.month.run``."""
