-- One row per athlete and date: what the squad's mornings are estimated from. The readings are those of the metric in the
-- athlete's longest series (one method, kind of reading and device), and so are those of its companion. One that is not
-- usable is null, and is_usable is false; the columns any_ hold those too. An era is what the usual range takes for one
-- piece: it changes with the firmware.
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
    where purpose = $purpose and verdict = 'usable'
),

readings as (
    select
        squad_observations.athlete_id,
        squad_observations.method,
        squad_observations.reading as reading_kind,
        squad_observations.device_id,
        squad_observations.observed_date,
        avg(squad_observations.observed_value) filter (where fit_for_baseline.subject_id is not null) as usable_value,
        avg(squad_observations.observed_value) as any_value,
        coalesce(
            bool_or(fit_for_baseline.subject_id is not null and squad_observations.observed_value is not null), false
        ) as is_usable
    from squad_observations
    left join fit_for_baseline
        on
            squad_observations.subject_kind = fit_for_baseline.subject_kind
            and squad_observations.subject_id = fit_for_baseline.subject_id
    where squad_observations.metric = $metric and squad_observations.reading in (select unnest($readings))
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

companion_readings as (
    select
        athlete_id,
        method,
        reading,
        device_id,
        observed_date,
        avg(observed_value) filter (where verdict = 'usable') as companion,
        avg(observed_value) as any_companion
    from squad_observations
    where metric = $companion and reading in ('night', 'morning', 'day')
    group by all
),

companion_series as (
    select
        athlete_id,
        method,
        reading,
        device_id,
        row_number() over (
            partition by athlete_id order by count(companion) desc, method asc, reading asc, device_id asc
        ) as series_rank
    from companion_readings
    group by athlete_id, method, reading, device_id
),

companions as (
    select
        companion_readings.athlete_id,
        companion_readings.observed_date,
        companion_readings.companion,
        companion_readings.any_companion
    from companion_readings
    inner join companion_series
        on
            companion_readings.athlete_id = companion_series.athlete_id
            and companion_readings.method = companion_series.method
            and companion_readings.reading = companion_series.reading
            and companion_readings.device_id = companion_series.device_id
    where companion_series.series_rank = 1
),

moving as (
    select
        athlete_id,
        observed_date,
        sum(observed_value) filter (where grade <> 'unusable') as moving_time_s,
        sum(observed_value) as any_moving_time_s
    from squad_observations
    where metric = 'moving_time'
    group by all
),

best_series as (
    select
        readings.athlete_id,
        readings.observed_date,
        readings.usable_value,
        readings.any_value,
        readings.is_usable,
        coalesce(
            baselines.segment_start_date, min(baselines.segment_start_date) over (partition by readings.athlete_id)
        ) as era_start
    from readings
    inner join series
        on
            readings.athlete_id = series.athlete_id
            and readings.method = series.method
            and readings.reading_kind = series.reading_kind
            and readings.device_id = series.device_id
    asof left join baselines
        on
            readings.athlete_id = baselines.athlete_id
            and baselines.metric = $metric
            and readings.method = baselines.method
            and readings.reading_kind = baselines.reading
            and readings.device_id = baselines.device_id
            and readings.observed_date >= baselines.segment_start_date
    where series.series_rank = 1
),

eras as (
    select
        *,
        dense_rank() over (partition by athlete_id order by era_start) - 1 as era
    from best_series
),

days as (
    select
        athlete_id,
        observed_date
    from eras
    union
    select
        athlete_id,
        observed_date
    from companions
    union
    select
        athlete_id,
        observed_date
    from moving
)

select
    days.athlete_id,
    days.observed_date as day_date,
    eras.era,
    eras.usable_value as reading,
    companions.companion,
    moving.moving_time_s,
    eras.any_value as any_reading,
    companions.any_companion,
    moving.any_moving_time_s,
    eras.is_usable
from days
left join eras on days.athlete_id = eras.athlete_id and days.observed_date = eras.observed_date
left join companions on days.athlete_id = companions.athlete_id and days.observed_date = companions.observed_date
left join moving on days.athlete_id = moving.athlete_id and days.observed_date = moving.observed_date
order by days.athlete_id, days.observed_date;
