-- one row per athlete
create or replace view mart_athletes as
with
last_days as (
    select
        athlete_id,
        max(data_date) as last_data_date
    from stg_data_days
    group by athlete_id
),

squad_dates as (
    select distinct
        athletes.squad,
        stg_data_days.data_date
    from athletes
    inner join stg_data_days on athletes.athlete_id = stg_data_days.athlete_id
),

followed as (
    select
        squad,
        data_date,
        data_date - lag(data_date) over (partition by squad order by data_date) as gap_days
    from squad_dates
),

-- Pages never ask the clock: their date is the last one with data in the squad. A single date more than half a year
-- after all others is a wrong clock until a second one joins it.
squad_days as (
    select
        squad,
        max(data_date) as squad_date
    from followed
    where coalesce(gap_days, 0) <= 180
    group by squad
),

recent as (
    select
        athletes.athlete_id,
        count(distinct stg_data_days.data_date) as day_count
    from athletes
    inner join squad_days on athletes.squad = squad_days.squad
    inner join stg_data_days on athletes.athlete_id = stg_data_days.athlete_id
    where stg_data_days.data_date between squad_days.squad_date - 41 and squad_days.squad_date
    group by athletes.athlete_id
),

described as (
    select
        athletes.athlete_id,
        athletes.folder,
        athletes.display_name,
        athletes.squad,
        athletes.time_zone,
        athletes.birth_year,
        athletes.sex,
        athletes.heart_rate_max_bpm,
        athletes.background,
        athletes.is_simulated,
        squad_days.squad_date,
        last_days.last_data_date,
        coalesce(recent.day_count, 0) as day_count
    from athletes
    left join squad_days on athletes.squad = squad_days.squad
    left join last_days on athletes.athlete_id = last_days.athlete_id
    left join recent on athletes.athlete_id = recent.athlete_id
)

select * from described;
comment on view mart_athletes is 'One row per athlete, with the date of the squad''s pages.';
comment on column mart_athletes.athlete_id is 'Athlete.';
comment on column mart_athletes.folder is 'Inbox folder: the name by which a file of answers means the athlete.';
comment on column mart_athletes.display_name is 'Name shown on pages.';
comment on column mart_athletes.squad is 'Squad the coach looks at.';
comment on column mart_athletes.time_zone is 'IANA time zone of the athlete.';
comment on column mart_athletes.birth_year is 'Calendar year of birth; null when not stated.';
comment on column mart_athletes.sex is 'female, male or other, as stated; null when not stated.';
comment on column mart_athletes.heart_rate_max_bpm is 'Known maximum heart rate (bpm), as stated; null when not stated.';
comment on column mart_athletes.background is 'Background card in the coach''s own words; null when there is none.';
comment on column mart_athletes.is_simulated is 'True when the exports come from the generator; pages say so.';
comment on column mart_athletes.squad_date is 'Last local date with data in the squad, a lone one half a year after all others left out: the date of its pages; null when it has none.';
comment on column mart_athletes.last_data_date is 'Last local date with data of this athlete; null when there is none.';
comment on column mart_athletes.day_count is 'Days with data of the 42 that end on squad_date.';
