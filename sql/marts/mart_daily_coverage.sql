-- one row per athlete and day of the 42 that end on the date of the squad's pages
create or replace view mart_daily_coverage as
with
days as (
    select
        athlete_id,
        unnest(generate_series(squad_date - 41, squad_date, interval 1 day))::date as data_date
    from mart_athletes
    where squad_date is not null
),

kinds as (
    select
        athlete_id,
        data_date,
        bool_or(kind = 'activity') as has_activity,
        bool_or(kind = 'hrv') as has_hrv,
        bool_or(kind = 'night') as has_night,
        bool_or(kind = 'daily_value') as has_daily_value
    from stg_data_days
    group by athlete_id, data_date
),

written as (
    select distinct
        athlete_id,
        note_date as data_date
    from notes
    where kind in ('ill', 'travel', 'injury', 'device', 'off', 'other')
),

-- Of the signals missing on a day the one whose cause is known speaks, and sessions last: they are not expected daily.
explained as (
    select
        days.athlete_id,
        days.data_date,
        min_by(mart_gaps.cause, (mart_gaps.cause = 'not_known', mart_gaps.signal = 'training', mart_gaps.signal)) as cause
    from days
    inner join mart_gaps
        on days.athlete_id = mart_gaps.athlete_id and days.data_date between mart_gaps.start_date and mart_gaps.end_date
    group by days.athlete_id, days.data_date
),

covered as (
    select
        days.athlete_id,
        days.data_date,
        coalesce(kinds.has_activity, false) as has_activity,
        coalesce(kinds.has_hrv, false) as has_hrv,
        coalesce(kinds.has_night, false) as has_night,
        coalesce(kinds.has_daily_value, false) as has_daily_value,
        written.athlete_id is not null as has_note,
        if(kinds.athlete_id is null, coalesce(explained.cause, 'not_known'), null) as gap_cause
    from days
    left join kinds on days.athlete_id = kinds.athlete_id and days.data_date = kinds.data_date
    left join written on days.athlete_id = written.athlete_id and days.data_date = written.data_date
    left join explained on days.athlete_id = explained.athlete_id and days.data_date = explained.data_date
)

select * from covered;
comment on view mart_daily_coverage is 'One row per athlete and day of the 42 that end on the date of the squad''s pages: what there is and what is missing.';
comment on column mart_daily_coverage.athlete_id is 'Athlete.';
comment on column mart_daily_coverage.data_date is 'Local date.';
comment on column mart_daily_coverage.has_activity is 'True when an activity started on that date.';
comment on column mart_daily_coverage.has_hrv is 'True when RR intervals or a vendor''s HRV exist for that night or morning.';
comment on column mart_daily_coverage.has_night is 'True when a sleep period ended on that date.';
comment on column mart_daily_coverage.has_daily_value is 'True when a vendor states another daily value, such as resting heart rate.';
comment on column mart_daily_coverage.has_note is 'True when a note is about that date.';
comment on column mart_daily_coverage.gap_cause is 'Null when there is any data; else the cause as in mart_gaps, not_known where no gap covers the date.';
