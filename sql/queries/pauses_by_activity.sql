select *
from pauses
where activity_id = any($ids::varchar[])
order by activity_id, pause_index;
