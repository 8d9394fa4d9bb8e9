-- one row per athlete and check or pattern that ever fired
create or replace view mart_rule_fired as
with
subject_days as (
    select
        'activity' as subject_kind,
        activity_id as subject_id,
        local_date as subject_date
    from stg_activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id,
        local_date as subject_date
    from stg_beat_series
    union all
    select
        'night' as subject_kind,
        night_id as subject_id,
        night_date as subject_date
    from stg_nights
    union all
    select distinct
        'daily_value' as subject_kind,
        daily_value_id as subject_id,
        value_date as subject_date
    from stg_daily_values
),

failed as (
    select
        athlete_id,
        check_name as rule,
        subject_kind,
        subject_id
    from check_outcomes
    where outcome = 'fail'
),

fired_days as (
    select
        failed.athlete_id,
        failed.rule,
        subject_days.subject_date as fired_date
    from failed
    left join subject_days on failed.subject_kind = subject_days.subject_kind and failed.subject_id = subject_days.subject_id
    union all
    select
        athlete_id,
        pattern as rule,
        unnest(generate_series(start_date, end_date, interval 1 day))::date as fired_date
    from patterns
),

counted as (
    select
        fired_days.athlete_id,
        fired_days.rule,
        count(distinct fired_days.fired_date) filter (
            where fired_days.fired_date between mart_athletes.squad_date - 27 and mart_athletes.squad_date
        ) as fired_28_day_count,
        count(distinct fired_days.fired_date) filter (
            where fired_days.fired_date between mart_athletes.squad_date - 41 and mart_athletes.squad_date
        ) as fired_42_day_count,
        count(distinct fired_days.fired_date) as fired_day_count,
        max(fired_days.fired_date) as last_fired_date
    from fired_days
    inner join mart_athletes on fired_days.athlete_id = mart_athletes.athlete_id
    group by fired_days.athlete_id, fired_days.rule
)

select * from counted;
comment on view mart_rule_fired is 'One row per athlete and check or pattern that ever fired: on how many days.';
comment on column mart_rule_fired.athlete_id is 'Athlete.';
comment on column mart_rule_fired.rule is 'Name of the check or pattern.';
comment on column mart_rule_fired.fired_28_day_count is 'Number of local dates of the last 28 to the date of the squad''s pages on which it fired; of a pattern from its first to its last.';
comment on column mart_rule_fired.fired_42_day_count is 'The same count for the last 42 dates.';
comment on column mart_rule_fired.fired_day_count is 'The same count over everything stored; patterns are looked for in the last 84 days only.';
comment on column mart_rule_fired.last_fired_date is 'Last local date on which it fired; null where no date is known.';
