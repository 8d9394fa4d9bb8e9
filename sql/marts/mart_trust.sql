-- one row per athlete and purpose: how many subjects of the last 28 days may be used for it
create or replace view mart_trust as
with
recent as (
    select
        verdicts.athlete_id,
        verdicts.purpose,
        verdicts.verdict
    from verdicts
    inner join mart_athletes on verdicts.athlete_id = mart_athletes.athlete_id
    where verdicts.subject_date between mart_athletes.squad_date - 27 and mart_athletes.squad_date
),

counted as (
    select
        athlete_id,
        purpose,
        count(*) as subject_count,
        count(*) filter (where verdict = 'usable') as usable_count,
        count(*) filter (where verdict = 'not_usable') as not_usable_count,
        count(*) filter (where verdict = 'not_assessable') as not_assessable_count
    from recent
    group by athlete_id, purpose
)

select * from counted;
comment on view mart_trust is 'One row per athlete and purpose: the subjects of the 28 days that end on the date of the squad''s pages, by verdict.';
comment on column mart_trust.athlete_id is 'Athlete.';
comment on column mart_trust.purpose is 'What the values would be used for.';
comment on column mart_trust.subject_count is 'Number of subjects with a verdict.';
comment on column mart_trust.usable_count is 'Number of them that are usable.';
comment on column mart_trust.not_usable_count is 'Number of them that are not usable.';
comment on column mart_trust.not_assessable_count is 'Number of them that could not be assessed.';
