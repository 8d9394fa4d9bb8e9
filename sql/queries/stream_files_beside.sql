-- rows of stream_files that lie in one Parquet file with rows of the source files
select *
from stream_files
where
    path in (
        select held.path from stream_files as held
        where held.source_file_id = any($source_file_ids::varchar[])
    )
order by stream, athlete_id, month, source_file_id;
