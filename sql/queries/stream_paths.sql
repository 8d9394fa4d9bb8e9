-- one row per Parquet file that holds rows of the source files asked for
with asked as (
    select distinct path
    from stream_files
    where stream = $stream and source_file_id = any($source_file_ids::varchar[])
)

select
    stream_files.path,
    count(distinct stream_files.source_file_id) > 1 as is_shared
from stream_files
inner join asked on stream_files.path = asked.path
where stream_files.stream = $stream
group by stream_files.path
order by stream_files.path;
