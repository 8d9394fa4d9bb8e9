-- one row per athlete with something queued: how many subjects the warehouse holds of them, old ones too
with held as (
    select athlete_id from activities
    union all
    select athlete_id from beat_series
    union all
    select athlete_id from nights
    union all
    select athlete_id from daily_values
),

counted as (
    select
        athlete_id,
        count(*) as subject_count
    from held
    group by athlete_id
)

select
    asked.athlete_id,
    coalesce(counted.subject_count, 0) as subject_count
from (select distinct queued.athlete_id from queued) as asked
left join counted on asked.athlete_id = counted.athlete_id
order by asked.athlete_id;
