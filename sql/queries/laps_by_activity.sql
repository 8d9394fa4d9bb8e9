select *
from laps
where activity_id = any($ids::varchar[])
order by activity_id, lap_index;
