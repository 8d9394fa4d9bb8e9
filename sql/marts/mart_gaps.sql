-- one row per gap of one signal of an athlete, and one for the dates after the last data of an athlete
create or replace view mart_gaps as
with
last_words as (
    select
        athlete_id,
        max(on_date) as last_date
    from (
        select
            athlete_id,
            data_date as on_date
        from stg_data_days
        union all
        select
            athlete_id,
            note_date as on_date
        from notes
        union all
        select
            athlete_id,
            about_date as on_date
        from wellness_answers
    )
    group by athlete_id
),

-- Nothing of an athlete can say that more is missing than they have: the rest of the squad says it.
silent as (
    select
        mart_athletes.athlete_id,
        'everything' as signal,
        last_words.last_date + 1 as start_date,
        mart_athletes.squad_date as end_date,
        (mart_athletes.squad_date - last_words.last_date)::integer as day_count,
        'not_synced' as cause,
        true as is_open,
        concat(
            'nothing of any kind after ', last_words.last_date, ', while the squad has data up to ', mart_athletes.squad_date
        ) as evidence
    from mart_athletes
    inner join last_words on mart_athletes.athlete_id = last_words.athlete_id
    where last_words.last_date < mart_athletes.squad_date
),

listed as (
    select
        athlete_id,
        signal,
        start_date,
        end_date,
        day_count,
        cause,
        is_open,
        evidence
    from gaps
    union all
    select
        athlete_id,
        signal,
        start_date,
        end_date,
        day_count,
        cause,
        is_open,
        evidence
    from silent
)

select * from listed;
comment on view mart_gaps is 'One row per gap of one signal of an athlete, with its cause; and one row per athlete who has nothing after a date while the squad has.';
comment on column mart_gaps.athlete_id is 'Athlete.';
comment on column mart_gaps.signal is 'training, night, hrv, resting_heart_rate or wear; everything after the last data of the athlete.';
comment on column mart_gaps.start_date is 'First local date without it.';
comment on column mart_gaps.end_date is 'Last local date without it.';
comment on column mart_gaps.day_count is 'Number of dates on which it was expected and is missing.';
comment on column mart_gaps.cause is 'not_worn, not_synced, file_failed, worn_no_training, rest_planned, excused or not_known.';
comment on column mart_gaps.is_open is 'True when it lasts until the last date, so that it may still fill.';
comment on column mart_gaps.evidence is 'What the cause was told by, in words with figures.';
