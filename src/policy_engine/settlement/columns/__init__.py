"""A month settled in columns: tables staged as exact integers in DuckDB, decided by SQL."""
