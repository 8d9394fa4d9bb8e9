select *
from activities
where activity_id = any($ids::varchar[])
order by activity_id;
