-- One row per athlete and date: what the squad's mornings are estimated from. The readings are those of the athlete's
-- longest series (one method, kind of reading and device); one that is not usable is null, and is_usable is false.
with squad_observations as (
    select observations.*
    from observations
    inner join athletes on observations.athlete_id = athletes.athlete_id
    where athletes.squad = $squad
),

fit_for_baseline as (
    select
        subject_kind,
        subject_id
    from verdicts
    where purpose = 'hrv_baseline' and verdict = 'usable'
),

readings as (
    select
        squad_observations.athlete_id,
        squad_observations.method,
        squad_observations.reading as reading_kind,
        squad_observations.device_id,
        squad_observations.observed_date,
        avg(squad_observations.observed_value) filter (where fit_for_baseline.subject_id is not null) as usable_value,
        coalesce(
            bool_or(fit_for_baseline.subject_id is not null and squad_observations.observed_value is not null), false
        ) as is_usable
    from squad_observations
    left join fit_for_baseline
        on
            squad_observations.subject_kind = fit_for_baseline.subject_kind
            and squad_observations.subject_id = fit_for_baseline.subject_id
    where squad_observations.metric = 'ln_rmssd' and squad_observations.reading in ('night', 'morning')
    group by all
),

series as (
    select
        athlete_id,
        method,
        reading_kind,
        device_id,
        row_number() over (
            partition by athlete_id
            order by count(*) filter (where is_usable) desc, method asc, reading_kind asc, device_id asc
        ) as series_rank
    from readings
    group by athlete_id, method, reading_kind, device_id
),

resting as (
    select
        athlete_id,
        observed_date,
        avg(observed_value) as resting_heart_rate_bpm
    from squad_observations
    where metric = 'resting_heart_rate' and verdict = 'usable'
    group by all
),

moving as (
    select
        athlete_id,
        observed_date,
        sum(observed_value) as moving_time_s
    from squad_observations
    where metric = 'moving_time' and grade <> 'unusable'
    group by all
),

best_series as (
    select
        readings.athlete_id,
        readings.observed_date,
        readings.usable_value,
        readings.is_usable
    from readings
    inner join series
        on
            readings.athlete_id = series.athlete_id
            and readings.method = series.method
            and readings.reading_kind = series.reading_kind
            and readings.device_id = series.device_id
    where series.series_rank = 1
),

days as (
    select
        athlete_id,
        observed_date
    from best_series
    union
    select
        athlete_id,
        observed_date
    from resting
    union
    select
        athlete_id,
        observed_date
    from moving
)

select
    days.athlete_id,
    days.observed_date as day_date,
    best_series.usable_value as reading,
    resting.resting_heart_rate_bpm,
    moving.moving_time_s,
    best_series.is_usable
from days
left join best_series on days.athlete_id = best_series.athlete_id and days.observed_date = best_series.observed_date
left join resting on days.athlete_id = resting.athlete_id and days.observed_date = resting.observed_date
left join moving on days.athlete_id = moving.athlete_id and days.observed_date = moving.observed_date
order by days.athlete_id, days.observed_date;
