select *
from beat_series
where series_id = any($ids::varchar[])
order by series_id;
