-- One row: athlete-days with an observation, of these athletes.
select count(*) as athlete_day_count
from (
    select distinct
        athlete_id,
        observed_date
    from observations
    where athlete_id = any($athlete_ids::integer[])
)
