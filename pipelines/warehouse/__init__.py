"""Stop 4, load: DuckDB for keys and daily values, Parquet for the long streams."""
