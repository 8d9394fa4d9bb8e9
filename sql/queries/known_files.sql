-- one row per path of the athlete's folder as it was when last hashed
select
    path,
    size_bytes,
    modified_ns,
    source_file_id
from inbox_files
where athlete_id = $athlete_id
order by path;
