-- one row per content known so far, with the athlete it belongs to
select
    source_file_id,
    athlete_id
from source_files;
