-- one row per athlete and check
create or replace view mart_check_counts as
with counted as (
    select
        athlete_id,
        check_name,
        max(check_version) as check_version,
        count(*) as subject_count,
        count(*) filter (where outcome = 'pass') as pass_count,
        count(*) filter (where outcome = 'fail') as fail_count,
        count(*) filter (where outcome = 'not_assessable') as not_assessable_count
    from check_outcomes
    group by athlete_id, check_name
)

select * from counted;
comment on view mart_check_counts is 'One row per athlete and check: how often it passed, failed and could not be assessed, over everything stored.';
comment on column mart_check_counts.athlete_id is 'Athlete.';
comment on column mart_check_counts.check_name is 'Check.';
comment on column mart_check_counts.check_version is 'Latest version of the check that looked at any of them.';
comment on column mart_check_counts.subject_count is 'Number of subjects it was asked about.';
comment on column mart_check_counts.pass_count is 'Number of them that passed.';
comment on column mart_check_counts.fail_count is 'Number of them that failed.';
comment on column mart_check_counts.not_assessable_count is 'Number of them it could not assess.';
