-- one row per athlete, local date and kind of data that exists for it
create or replace view stg_data_days as
with
every_subject as (
    select
        athlete_id,
        local_date as data_date,
        'activity' as kind,
        activity_id as subject_id
    from stg_activities
    union all
    select
        athlete_id,
        local_date as data_date,
        'hrv' as kind,
        series_id as subject_id
    from stg_beat_series
    where reading in ('night', 'morning')
    union all
    select
        athlete_id,
        night_date as data_date,
        'night' as kind,
        night_id as subject_id
    from stg_nights
    union all
    select
        athlete_id,
        value_date as data_date,
        if(metric in ('rmssd', 'sdnn', 'ln_rmssd'), 'hrv', 'daily_value') as kind,
        concat_ws('|', athlete_id, metric, method, device_id, strftime(value_date, '%Y-%m-%d')) as subject_id
    from daily_values
),

-- A subject whose clock is flagged, or says no day, does not say which day it was.
clock_doubted as (
    select subject_id from flags
    where check_name like '%clock%' and severity = 'unusable'
    union
    select subject_id from clock_doubts
    where local_date is null
),

dated as (
    select
        every_subject.athlete_id,
        every_subject.data_date,
        every_subject.kind
    from every_subject
    anti join clock_doubted on every_subject.subject_id = clock_doubted.subject_id
)

select distinct
    athlete_id,
    data_date,
    kind
from dated;
comment on view stg_data_days is 'One row per athlete, local date and kind of data that exists for it; subjects with an unusable clock left out.';
comment on column stg_data_days.athlete_id is 'Athlete.';
comment on column stg_data_days.data_date is 'Local date.';
comment on column stg_data_days.kind is 'activity, hrv, night or daily_value.';
