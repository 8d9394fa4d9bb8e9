"""Stops 1 to 4: what was dropped, read and loaded; DuckDB for keys and daily values, Parquet for the long streams.

`open` hands out the one writer; `intake`, `reading` and `load` are the stops; `streams`, `subjects` and `query`
read; `queue` says what is still to do; `snapshot` publishes the marts for everyone who is not the writer.
What does not belong here: reading a format (see `pipelines.readers`), judging (see `pipelines.quality`).
"""
