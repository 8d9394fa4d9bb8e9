-- one row per athlete and rule of a pattern that claims nothing on the athlete's last date
create or replace view mart_untried_patterns as
with untried as (
    select
        untried_patterns.athlete_id,
        untried_patterns.pattern,
        untried_patterns.untried_date,
        untried_patterns.why_not,
        untried_patterns.definition_version
    from untried_patterns
)

select * from untried;
comment on view mart_untried_patterns is 'One row per athlete and rule of a pattern that claims nothing on the last date, neither that it holds nor that it does not.';
comment on column mart_untried_patterns.athlete_id is 'Athlete.';
comment on column mart_untried_patterns.pattern is 'Name of the rule, such as pacing_drift.';
comment on column mart_untried_patterns.untried_date is 'Last local date with a usable value of the athlete.';
comment on column mart_untried_patterns.why_not is 'Why it could not be tried on that date, in words.';
comment on column mart_untried_patterns.definition_version is 'Version of the rule.';
