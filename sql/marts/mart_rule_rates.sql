-- one row per athlete and rule that compares days
create or replace view mart_rule_rates as
with measured as (
    select
        athlete_id,
        rule,
        rule_kind,
        rule_version,
        month_date,
        fires_per_100,
        lower_per_100,
        upper_per_100,
        ordinary_day_count,
        history_day_count,
        why_not,
        bench_version
    from rule_rates
)

select * from measured;
comment on view mart_rule_rates is 'One row per athlete and rule that compares days: how often it fires on days drawn from the athlete''s own on which nothing happens.';
comment on column mart_rule_rates.athlete_id is 'Athlete.';
comment on column mart_rule_rates.rule is 'Name of the check or pattern, or outside_ and the metric for the rule of the usual range.';
comment on column mart_rule_rates.rule_kind is 'check, pattern or usual_range.';
comment on column mart_rule_rates.rule_version is 'Version of the rule.';
comment on column mart_rule_rates.month_date is 'First date of the calendar month it was measured in.';
comment on column mart_rule_rates.fires_per_100 is 'Days on which it fires, per 100 ordinary days on which it can be tried; null when not assessable.';
comment on column mart_rule_rates.lower_per_100 is 'Lower end of the 95 % interval, per 100 ordinary days.';
comment on column mart_rule_rates.upper_per_100 is 'Upper end of the 95 % interval, per 100 ordinary days.';
comment on column mart_rule_rates.ordinary_day_count is 'Number of ordinary days drawn on which it was tried.';
comment on column mart_rule_rates.history_day_count is 'Number of the athlete''s own days they were drawn from.';
comment on column mart_rule_rates.why_not is 'Why there is no rate; empty when there is one.';
comment on column mart_rule_rates.bench_version is 'Version of the measurement and of all rules it tries.';
