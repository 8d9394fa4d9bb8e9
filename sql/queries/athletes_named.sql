-- one row per athlete whom rows of these files of answers name
select distinct athlete_id
from stg_answers
where source_file_id = any($source_file_ids::varchar[])
order by athlete_id;
