-- The RR intervals that the series of a file count are those that lie in the stream.
with counted as (
    select
        source_file_id,
        sum(interval_count) as row_count
    from beat_series
    group by source_file_id
),

stored as (
    select
        source_file_id,
        sum(row_count) as row_count
    from stream_files
    where stream = 'beats'
    group by source_file_id
)

select
    coalesce(counted.source_file_id, stored.source_file_id) as source_file_id,
    coalesce(counted.row_count, 0) as counted_row_count,
    coalesce(stored.row_count, 0) as stored_row_count
from counted
full outer join stored on counted.source_file_id = stored.source_file_id
where coalesce(counted.row_count, 0) <> coalesce(stored.row_count, 0);
