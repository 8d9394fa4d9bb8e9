-- one row per usable value of a metric of the athlete of that folder, from the current device and firmware of each series
with of_athlete as (
    select mart_observations.*
    from mart_observations
    inner join mart_athletes on mart_observations.athlete_id = mart_athletes.athlete_id
    inner join mart_verdicts
        on
            mart_observations.subject_kind = mart_verdicts.subject_kind
            and mart_observations.subject_id = mart_verdicts.subject_id
    where
        mart_athletes.folder = $athlete
        and mart_verdicts.purpose = $purpose
        and mart_verdicts.verdict = 'usable'
        and mart_observations.metric = $metric
        and mart_observations.reading <> 'spot'
        and mart_observations.observed_value is not null
),

current_segments as (
    select
        method,
        reading,
        device_id,
        arg_max(segment_start_date, observed_date) as first_date
    from of_athlete
    group by method, reading, device_id
)

select
    of_athlete.method,
    of_athlete.reading,
    of_athlete.device_id,
    of_athlete.observed_date,
    of_athlete.observed_value,
    of_athlete.expected_error
from of_athlete
inner join current_segments
    on
        of_athlete.method = current_segments.method
        and of_athlete.reading = current_segments.reading
        and of_athlete.device_id = current_segments.device_id
        and of_athlete.observed_date >= coalesce(current_segments.first_date, of_athlete.observed_date)
order by of_athlete.method, of_athlete.reading, of_athlete.device_id, of_athlete.observed_date;
