"""People's tables in and out: xlsx, csv and Parquet as exact text. Knows nothing of policies."""
