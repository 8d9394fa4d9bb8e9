-- Questions a coach puts to chance: the plan as it was written down, what was done each day, and what came of it.

create table experiment_plans (
    athlete_id integer not null,
    source_file_id varchar not null,
    plan_index integer not null,
    experiment_id varchar not null,
    question varchar not null,
    condition_a varchar not null,
    condition_b varchar not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null,
    device_id varchar not null,
    unit varchar not null,
    lag_days integer not null,
    smallest_effect double not null,
    smallest_effect_percent double,
    week_count integer not null,
    pair_count integer not null,
    period_days integer not null,
    washout_days integer not null,
    seed bigint not null,
    start_date date not null,
    planned_on date not null,
    expected_adherence double not null,
    usable_share double,
    power double,
    power_lower double,
    power_upper double,
    refusal varchar not null,
    is_simulated boolean not null,
    primary key (source_file_id, plan_index)
);
comment on table experiment_plans is 'One row per plan of an experiment as its file says it, written down before its first day; also of one that was refused.';
comment on column experiment_plans.athlete_id is 'Athlete.';
comment on column experiment_plans.source_file_id is 'File it came from.';
comment on column experiment_plans.plan_index is 'Number of the plan in the file, from 0.';
comment on column experiment_plans.experiment_id is 'Twelve hexadecimal digits made from the plan.';
comment on column experiment_plans.question is 'What the coach wants to know, in the coach''s words.';
comment on column experiment_plans.condition_a is 'What is done on days of condition A, in the coach''s words.';
comment on column experiment_plans.condition_b is 'What is done on days of condition B, in the coach''s words.';
comment on column experiment_plans.metric is 'The one metric it is decided by, as in observations.';
comment on column experiment_plans.method is 'Method of that metric, as in observations: no other counts.';
comment on column experiment_plans.reading is 'Reading of that metric, as in observations: no other counts.';
comment on column experiment_plans.device_id is 'Device of that metric, as in observations: no other counts.';
comment on column experiment_plans.unit is 'Unit of the metric: ln_ms, bpm or s.';
comment on column experiment_plans.lag_days is 'Days from what is done to the value it may change: 1 for the next morning, 0 for the same date.';
comment on column experiment_plans.smallest_effect is 'Smallest difference worth knowing, in the unit of the metric; above 0.';
comment on column experiment_plans.smallest_effect_percent is 'The same in percent of RMSSD, as it was stated; null where it was stated in the unit.';
comment on column experiment_plans.week_count is 'Weeks that are available.';
comment on column experiment_plans.pair_count is 'Number of pairs, each one period of A and one of B; 0 when refused.';
comment on column experiment_plans.period_days is 'Days of one period of a condition; 0 when refused.';
comment on column experiment_plans.washout_days is 'Days between periods on which nothing counts.';
comment on column experiment_plans.seed is 'Seed of the order within each pair.';
comment on column experiment_plans.start_date is 'First local date.';
comment on column experiment_plans.planned_on is 'Local date it was written down.';
comment on column experiment_plans.expected_adherence is 'Share of days (fraction) the coach expects to be done as scheduled.';
comment on column experiment_plans.usable_share is 'Share of days (fraction) with a usable value in the history it was planned from; null when there was no history.';
comment on column experiment_plans.power is 'Chance (fraction) of a verdict when the smallest effect is there; null when there was too little history.';
comment on column experiment_plans.power_lower is 'Lower end of the 95 % Monte Carlo interval of the power.';
comment on column experiment_plans.power_upper is 'Upper end of that interval.';
comment on column experiment_plans.refusal is 'Why it is not answerable, and what would make it so; empty when it was scheduled.';
comment on column experiment_plans.is_simulated is 'Whether the plan belongs to a generated squad.';

create table experiment_plan_days (
    athlete_id integer not null,
    source_file_id varchar not null,
    day_index integer not null,
    experiment_id varchar not null,
    day_date date not null,
    pair_number integer,
    condition varchar not null check (condition in ('A', 'B', 'washout')),
    primary key (source_file_id, day_index)
);
comment on table experiment_plan_days is 'One row per day of the schedule of an experiment.';
comment on column experiment_plan_days.athlete_id is 'Athlete.';
comment on column experiment_plan_days.source_file_id is 'File it came from.';
comment on column experiment_plan_days.day_index is 'Number of the day in the schedule, from 0.';
comment on column experiment_plan_days.experiment_id is 'Experiment.';
comment on column experiment_plan_days.day_date is 'Local date.';
comment on column experiment_plan_days.pair_number is 'Number of the pair, from 1; null on a washout day.';
comment on column experiment_plan_days.condition is 'A, B or washout.';

create table experiment_reports (
    athlete_id integer not null,
    source_file_id varchar not null,
    report_index integer not null,
    experiment_id varchar not null,
    day_date date not null,
    did varchar not null check (did in ('A', 'B', 'neither', 'stop')),
    author varchar not null,
    said_on date,
    primary key (source_file_id, report_index)
);
comment on table experiment_reports is 'One row per word on what was done on a day of an experiment, or that it was stopped.';
comment on column experiment_reports.athlete_id is 'Athlete.';
comment on column experiment_reports.source_file_id is 'File it came from.';
comment on column experiment_reports.report_index is 'Number of the row in the file, from 0.';
comment on column experiment_reports.experiment_id is 'Experiment.';
comment on column experiment_reports.day_date is 'Local date it is about.';
comment on column experiment_reports.did is 'A, B or neither: what was done; stop: the experiment ends without a result.';
comment on column experiment_reports.author is 'Who said it.';
comment on column experiment_reports.said_on is 'Local date it was said; null when the file does not say.';

create table experiments (
    experiment_id varchar not null,
    athlete_id integer not null,
    question varchar not null,
    condition_a varchar not null,
    condition_b varchar not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null,
    device_id varchar not null,
    purpose varchar not null,
    smallest_effect double not null,
    smallest_effect_percent double,
    unit varchar not null,
    state varchar not null check (state in ('planned', 'running', 'answered', 'not_answerable', 'stopped')),
    verdict varchar not null check (verdict in ('', 'raised', 'lowered', 'no_difference', 'not_answered')),
    words varchar not null,
    power double,
    power_lower double,
    power_upper double,
    seed bigint not null,
    week_count integer not null,
    pair_count integer not null,
    period_days integer not null,
    days integer not null,
    washout integer not null,
    lag_days integer not null,
    planned_on date not null,
    start_date date not null,
    end_date date not null,
    passed_count integer not null,
    told_count integer not null,
    dropped_count integer not null,
    late_count integer not null,
    adherence double,
    used_pair_count integer,
    estimate double,
    lower double,
    upper double,
    p_value double,
    coverage double,
    results struct(
        verdict varchar, estimate double, lower double, upper double, p_value double, used_pair_count integer, cause varchar
    )[] not null,
    is_simulated boolean not null,
    source_file_id varchar not null,
    definition_version integer not null,
    primary key (athlete_id, experiment_id),
    check (state = 'answered' or (estimate is null and lower is null and upper is null and p_value is null)),
    check ((state = 'answered') = (verdict <> ''))
);
comment on table experiments is 'One row per experiment of one athlete: plan, state, and the result once its schedule is over; never before.';
comment on column experiments.experiment_id is 'Twelve hexadecimal digits made from the plan.';
comment on column experiments.athlete_id is 'Athlete.';
comment on column experiments.question is 'What the coach wants to know, in the coach''s words.';
comment on column experiments.condition_a is 'Condition A, in the coach''s words.';
comment on column experiments.condition_b is 'Condition B, in the coach''s words.';
comment on column experiments.metric is 'The one metric it is decided by, as in observations.';
comment on column experiments.method is 'Method of that metric, as in observations.';
comment on column experiments.reading is 'Reading of that metric, as in observations.';
comment on column experiments.device_id is 'Device of that metric, as in observations.';
comment on column experiments.purpose is 'Purpose a value has to be usable for to count.';
comment on column experiments.smallest_effect is 'Smallest difference worth knowing, in the unit of the metric.';
comment on column experiments.smallest_effect_percent is 'The same in percent of RMSSD, as it was stated; null where it was stated in the unit.';
comment on column experiments.unit is 'Unit of effect, estimate and interval: ln_ms, bpm or s.';
comment on column experiments.state is 'planned, running, answered (over and computed), not_answerable (refused, or too little left) or stopped.';
comment on column experiments.verdict is 'raised, lowered, no_difference or not_answered; empty unless answered.';
comment on column experiments.words is 'What can be said of it now, one or two sentences: a count while it runs, the result once it is over.';
comment on column experiments.power is 'Chance (fraction) of a verdict when the smallest effect is there, as planned; null when there was too little history.';
comment on column experiments.power_lower is 'Lower end of the 95 % Monte Carlo interval of the power.';
comment on column experiments.power_upper is 'Upper end of that interval.';
comment on column experiments.seed is 'Seed of the order within each pair.';
comment on column experiments.week_count is 'Weeks that were available.';
comment on column experiments.pair_count is 'Number of pairs planned, each one period of A and one of B; 0 when refused.';
comment on column experiments.period_days is 'Days of one period of a condition; 0 when refused.';
comment on column experiments.days is 'Number of days of A and B together, without washout.';
comment on column experiments.washout is 'Days between periods on which nothing counts.';
comment on column experiments.lag_days is 'Days from what is done to the value it may change.';
comment on column experiments.planned_on is 'Local date it was written down.';
comment on column experiments.start_date is 'First local date.';
comment on column experiments.end_date is 'Local date of its last value: there is no result before.';
comment on column experiments.passed_count is 'Number of days of A and B whose values'' date the athlete''s data have reached.';
comment on column experiments.told_count is 'Number of those of which somebody said what was done.';
comment on column experiments.dropped_count is 'Number of those that do not count: not told, not done as scheduled, or no usable value.';
comment on column experiments.late_count is 'Number of those told more than 7 days later, or without saying when.';
comment on column experiments.adherence is 'Share (fraction) of the passed days of A and B done as scheduled; null before the first.';
comment on column experiments.used_pair_count is 'Pairs with a value on both sides, once it is over; null before.';
comment on column experiments.estimate is 'Hodges-Lehmann estimate of A minus B, in the unit named; null unless answered.';
comment on column experiments.lower is 'Lower end of its interval, by inverting the test; null unless answered.';
comment on column experiments.upper is 'Upper end of that interval; null unless answered.';
comment on column experiments.p_value is 'Two-sided p-value over all orders that the schedule could have had; null unless answered.';
comment on column experiments.coverage is 'Share (fraction) of such intervals that hold the effect, at least 0.95; null unless answered.';
comment on column experiments.results is 'Every result it had before, oldest first, with what changed it: late_file or definition_changed.';
comment on column experiments.is_simulated is 'Whether the plan belongs to a generated squad.';
comment on column experiments.source_file_id is 'File of the plan.';
comment on column experiments.definition_version is 'Version of the rules.';

create table experiment_days (
    experiment_id varchar not null,
    athlete_id integer not null,
    day_date date not null,
    value_date date not null,
    pair_number integer,
    condition varchar not null check (condition in ('A', 'B', 'washout')),
    did varchar not null check (did in ('A', 'B', 'neither', 'not_told')),
    state varchar not null check (state in ('ahead', 'washout', 'kept', 'dropped')),
    why_dropped varchar not null,
    observed_value double,
    unit varchar not null,
    observation_id varchar,
    definition_version integer not null,
    primary key (athlete_id, experiment_id, day_date),
    check ((state = 'dropped') = (why_dropped <> ''))
);
comment on table experiment_days is 'One row per day of the schedule of an experiment: what was to be done, what was done, and whether its value counts.';
comment on column experiment_days.experiment_id is 'Experiment.';
comment on column experiment_days.athlete_id is 'Athlete.';
comment on column experiment_days.day_date is 'Local date it is done on.';
comment on column experiment_days.value_date is 'Local date of the value it may change.';
comment on column experiment_days.pair_number is 'Number of the pair, from 1; null on a washout day.';
comment on column experiment_days.condition is 'A, B or washout.';
comment on column experiment_days.did is 'A, B or neither, as told; not_told when nobody said.';
comment on column experiment_days.state is 'ahead (the data have not reached it), washout, kept or dropped; decided without looking at the value.';
comment on column experiment_days.why_dropped is 'Why it does not count; empty unless dropped.';
comment on column experiment_days.observed_value is 'Value that counts, in the unit of the next column; null until the experiment is over, and where none counts.';
comment on column experiment_days.unit is 'Unit of the value: ln_ms, bpm or s.';
comment on column experiment_days.observation_id is 'Observation the value is of; null where there is none, and until it is over.';
comment on column experiment_days.definition_version is 'Version of the rules.';
