-- one row per subject that came from the source files
select activity_id as subject_id
from activities
where source_file_id = any($source_file_ids::varchar[])
union all
select series_id as subject_id
from beat_series
where source_file_id = any($source_file_ids::varchar[])
union all
select night_id as subject_id
from nights
where source_file_id = any($source_file_ids::varchar[]);
