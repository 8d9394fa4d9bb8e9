-- one row per subject: the checks that looked at it, by what came of them
create or replace view mart_outcomes as
with listed as (
    select
        check_outcomes.athlete_id,
        check_outcomes.subject_kind,
        check_outcomes.subject_id,
        coalesce(
            list(check_outcomes.check_name order by check_outcomes.check_name)
            filter (where check_outcomes.outcome = 'pass'),
            []
        ) as passed,
        coalesce(
            list(check_outcomes.check_name order by check_outcomes.check_name)
            filter (where check_outcomes.outcome = 'fail'),
            []
        ) as failed,
        coalesce(
            list({'check_name': check_outcomes.check_name, 'why': check_outcomes.why} order by check_outcomes.check_name)
            filter (where check_outcomes.outcome = 'not_assessable'),
            []
        ) as not_assessable
    from check_outcomes
    group by check_outcomes.athlete_id, check_outcomes.subject_kind, check_outcomes.subject_id
)

select * from listed;
comment on view mart_outcomes is 'One row per subject: which checks it passed, which it failed, and which could not be assessed and why.';
comment on column mart_outcomes.athlete_id is 'Athlete.';
comment on column mart_outcomes.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column mart_outcomes.subject_id is 'Key of the subject.';
comment on column mart_outcomes.passed is 'Checks it passed, by name.';
comment on column mart_outcomes.failed is 'Checks it failed; mart_flags says where.';
comment on column mart_outcomes.not_assessable is 'Checks that could not be assessed, each with why: null is never a pass.';
