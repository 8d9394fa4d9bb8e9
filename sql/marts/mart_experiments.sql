-- one row per experiment of one athlete
create or replace view mart_experiments as
with listed as (
    select
        experiments.experiment_id,
        experiments.athlete_id,
        experiments.question,
        experiments.condition_a,
        experiments.condition_b,
        experiments.metric,
        experiments.method,
        experiments.reading,
        experiments.device_id,
        experiments.purpose,
        experiments.smallest_effect,
        experiments.smallest_effect_percent,
        experiments.unit,
        experiments.state,
        experiments.verdict,
        experiments.words,
        experiments.power,
        experiments.power_lower,
        experiments.power_upper,
        experiments.seed,
        experiments.week_count,
        experiments.pair_count,
        experiments.period_days,
        experiments.days,
        experiments.washout,
        experiments.lag_days,
        experiments.planned_on,
        experiments.start_date,
        experiments.end_date,
        experiments.passed_count,
        experiments.told_count,
        experiments.dropped_count,
        experiments.late_count,
        experiments.adherence,
        experiments.used_pair_count,
        experiments.estimate,
        experiments.lower,
        experiments.upper,
        experiments.p_value,
        experiments.coverage,
        experiments.results,
        experiments.is_simulated,
        experiments.source_file_id,
        experiments.definition_version
    from experiments
)

select * from listed;
comment on view mart_experiments is 'One row per experiment of one athlete: plan, state, and the result once its schedule is over. The only rows that may use words of cause.';
comment on column mart_experiments.experiment_id is 'Twelve hexadecimal digits made from the plan.';
comment on column mart_experiments.athlete_id is 'Athlete.';
comment on column mart_experiments.question is 'What the coach wants to know, in the coach''s words.';
comment on column mart_experiments.condition_a is 'Condition A, in the coach''s words.';
comment on column mart_experiments.condition_b is 'Condition B, in the coach''s words.';
comment on column mart_experiments.metric is 'The one metric it is decided by, as in observations.';
comment on column mart_experiments.method is 'Method of that metric, as in observations.';
comment on column mart_experiments.reading is 'Reading of that metric, as in observations.';
comment on column mart_experiments.device_id is 'Device of that metric, as in observations.';
comment on column mart_experiments.purpose is 'Purpose a value has to be usable for to count.';
comment on column mart_experiments.smallest_effect is 'Smallest difference worth knowing, in the unit of the metric.';
comment on column mart_experiments.smallest_effect_percent is 'The same in percent of RMSSD, as it was stated; null where it was stated in the unit.';
comment on column mart_experiments.unit is 'Unit of effect, estimate and interval: ln_ms, bpm or s.';
comment on column mart_experiments.state is 'planned, running, answered (over and computed), not_answerable (refused, or too little left) or stopped.';
comment on column mart_experiments.verdict is 'raised, lowered, no_difference or not_answered; empty unless answered.';
comment on column mart_experiments.words is 'What can be said of it now, one or two sentences: a count while it runs, the result once it is over.';
comment on column mart_experiments.power is 'Chance (fraction) of a verdict when the smallest effect is there, as planned; null when there was too little history.';
comment on column mart_experiments.power_lower is 'Lower end of the 95 % Monte Carlo interval of the power.';
comment on column mart_experiments.power_upper is 'Upper end of that interval.';
comment on column mart_experiments.seed is 'Seed of the order within each pair.';
comment on column mart_experiments.week_count is 'Weeks that were available.';
comment on column mart_experiments.pair_count is 'Number of pairs planned, each one period of A and one of B; 0 when refused.';
comment on column mart_experiments.period_days is 'Days of one period of a condition; 0 when refused.';
comment on column mart_experiments.days is 'Number of days of A and B together, without washout.';
comment on column mart_experiments.washout is 'Days between periods on which nothing counts.';
comment on column mart_experiments.lag_days is 'Days from what is done to the value it may change.';
comment on column mart_experiments.planned_on is 'Local date it was written down.';
comment on column mart_experiments.start_date is 'First local date.';
comment on column mart_experiments.end_date is 'Local date of its last value: there is no result before.';
comment on column mart_experiments.passed_count is 'Number of days of A and B whose values'' date the athlete''s data have reached.';
comment on column mart_experiments.told_count is 'Number of those of which somebody said what was done.';
comment on column mart_experiments.dropped_count is 'Number of those that do not count: not told, not done as scheduled, or no usable value.';
comment on column mart_experiments.late_count is 'Number of those told more than 7 days later, or without saying when.';
comment on column mart_experiments.adherence is 'Share (fraction) of the passed days of A and B done as scheduled; null before the first.';
comment on column mart_experiments.used_pair_count is 'Pairs with a value on both sides, once it is over; null before.';
comment on column mart_experiments.estimate is 'Hodges-Lehmann estimate of A minus B, in the unit named; null unless answered.';
comment on column mart_experiments.lower is 'Lower end of its interval, by inverting the test; null unless answered.';
comment on column mart_experiments.upper is 'Upper end of that interval; null unless answered.';
comment on column mart_experiments.p_value is 'Two-sided p-value over all orders that the schedule could have had; null unless answered.';
comment on column mart_experiments.coverage is 'Share (fraction) of such intervals that hold the effect, at least 0.95; null unless answered.';
comment on column mart_experiments.results is 'Every result it had before, oldest first, with what changed it: late_file or definition_changed.';
comment on column mart_experiments.is_simulated is 'Whether the plan belongs to a generated squad.';
comment on column mart_experiments.source_file_id is 'File of the plan.';
comment on column mart_experiments.definition_version is 'Version of the rules.';
