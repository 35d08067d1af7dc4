"""A month settled by Spark: the same relations in Spark's SQL, Parquet in and out."""
