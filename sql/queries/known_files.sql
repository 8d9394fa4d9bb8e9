-- one row per path of the athletes' folders as it was when last hashed
select
    athlete_id,
    path,
    size_bytes,
    modified_ns,
    source_file_id
from inbox_files
where athlete_id = any($athlete_ids::integer[])
order by athlete_id, path;
