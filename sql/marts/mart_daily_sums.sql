-- one row per athlete, local date and thing counted
create or replace view mart_daily_sums as
with summed as (
    select
        athlete_id,
        sum_date,
        metric,
        amount,
        unit,
        device_ids,
        covered_s,
        added_amount,
        evidence,
        definition_version
    from daily_sums
)

select * from summed;
comment on view mart_daily_sums is 'One row per athlete, local date and thing counted: each moment counted by one device, never added across devices.';
comment on column mart_daily_sums.athlete_id is 'Athlete.';
comment on column mart_daily_sums.sum_date is 'Local date.';
comment on column mart_daily_sums.metric is 'step_count: what was counted.';
comment on column mart_daily_sums.amount is 'Sum over the day, in the unit of the next column.';
comment on column mart_daily_sums.unit is 'Unit, such as count.';
comment on column mart_daily_sums.device_ids is 'Devices it was taken from.';
comment on column mart_daily_sums.covered_s is 'Time of the day that some device counted (s).';
comment on column mart_daily_sums.added_amount is 'What adding across devices would have given: shown, never used.';
comment on column mart_daily_sums.evidence is 'Which device was chosen for how long and why, in words with figures.';
comment on column mart_daily_sums.definition_version is 'Version of the rule.';
