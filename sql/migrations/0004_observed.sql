-- What can be said of a night, a morning, an activity, with its expected error.

create table observations (
    observation_id varchar primary key,
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    observed_date date not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null,
    device_id varchar not null,
    purpose varchar not null,
    observed_value double,
    unit varchar not null,
    expected_error double,
    grade varchar not null check (grade in ('ok', 'doubtful', 'unusable')),
    verdict varchar not null check (verdict in ('usable', 'not_usable', 'not_assessable')),
    reasons struct(check_name varchar, share_fraction double)[] not null,
    remedy varchar not null,
    evidence varchar not null,
    definition_version integer not null
);
comment on table observations is 'One row per metric of one subject: value, expected error, grade and reasons.';
comment on column observations.observation_id is 'Twelve hexadecimal digits made from athlete, subject, metric and method.';
comment on column observations.athlete_id is 'Athlete.';
comment on column observations.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column observations.subject_id is 'Key of the subject, as in flags.';
comment on column observations.observed_date is 'Local date; for a night the date it ends on.';
comment on column observations.metric is 'ln_rmssd, resting_heart_rate, sleep_duration, moving_time, distance, mean_pace, mean_heart_rate, decoupling, best_1_km, best_5_km or best_10_km.';
comment on column observations.method is 'How it was made: part of its identity, never compared across.';
comment on column observations.reading is 'night, morning, spot, day or activity: part of its identity.';
comment on column observations.device_id is 'Device: part of its identity; empty text when not known.';
comment on column observations.purpose is 'Purpose whose verdict the value carries.';
comment on column observations.observed_value is 'Value in the unit of the next column; null when it is withheld.';
comment on column observations.unit is 'Unit of value and error: ln_ms, bpm, s, m, s_per_km or fraction.';
comment on column observations.expected_error is 'Expected error in the same unit, smaller in 80 % of cases; null when not known.';
comment on column observations.grade is 'ok, doubtful or unusable: drops only through a named flag.';
comment on column observations.verdict is 'Verdict of its subject for its purpose.';
comment on column observations.reasons is 'Flags or limits with their share of the error, largest first.';
comment on column observations.remedy is 'What would make the next one better, one sentence; empty when there is nothing to mend.';
comment on column observations.evidence is 'JSON: the figures it rests on, such as pairs, epochs, seconds left out.';
comment on column observations.definition_version is 'Version of the definition that made it.';

create table baselines (
    athlete_id integer not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null,
    device_id varchar not null,
    baseline_date date not null,
    day_count integer not null,
    median double,
    spread double,
    lower_limit double,
    upper_limit double,
    unit varchar not null,
    grade varchar not null check (grade in ('ok', 'doubtful', 'unusable')),
    segment_start_date date not null,
    definition_version integer not null,
    primary key (athlete_id, metric, method, reading, device_id, baseline_date)
);
comment on table baselines is 'One row per athlete, metric and day: the usual range from the 60 days before it.';
comment on column baselines.athlete_id is 'Athlete.';
comment on column baselines.metric is 'Metric, as in observations.';
comment on column baselines.method is 'Method, as in observations.';
comment on column baselines.reading is 'Reading, as in observations.';
comment on column baselines.device_id is 'Device, as in observations: a change starts a new baseline.';
comment on column baselines.baseline_date is 'Local date the range is for; the date itself is not part of it.';
comment on column baselines.day_count is 'Number of usable days it rests on.';
comment on column baselines.median is 'Median of those days, in the unit of the metric; null below 14 days.';
comment on column baselines.spread is '1.4826 times the median absolute deviation, in the unit of the metric.';
comment on column baselines.lower_limit is 'Median minus one spread.';
comment on column baselines.upper_limit is 'Median plus one spread.';
comment on column baselines.unit is 'Unit of the four numbers.';
comment on column baselines.grade is 'ok from 20 days, doubtful from 14, unusable below.';
comment on column baselines.segment_start_date is 'First date of this device and method in one piece.';
comment on column baselines.definition_version is 'Version of the definition that made it.';

create table restatements (
    restated_id varchar not null,
    restatement_index integer not null,
    athlete_id integer not null,
    what varchar not null check (what in ('value', 'usual_range', 'pattern')),
    first_date date not null,
    observed_date date not null,
    old_date date,
    metric varchar not null,
    rule varchar not null,
    old_value double,
    new_value double,
    old_lower_limit double,
    old_upper_limit double,
    new_lower_limit double,
    new_upper_limit double,
    unit varchar not null,
    old_grade varchar,
    new_grade varchar,
    old_verdict varchar,
    new_verdict varchar,
    cause varchar not null check (
        cause in (
            'late_file', 'file_replaced', 'reader_changed', 'definition_changed', 'rule_changed', 'merge_changed', 'merge_undone',
            'clock_corrected', 'answer_given', 'card_changed', 'not_known'
        )
    ),
    causes struct(cause varchar, detail varchar)[] not null,
    primary key (restated_id, restatement_index)
);
comment on table restatements is 'One row per published value, run of days of a usual range, or pattern that later changed, with its causes.';
comment on column restatements.restated_id is 'What changed: the observation or pattern; for a usual range twelve hexadecimal digits made from athlete, metric, method, reading and device.';
comment on column restatements.restatement_index is 'Number of its restatement, from 0.';
comment on column restatements.athlete_id is 'Athlete.';
comment on column restatements.what is 'value, usual_range or pattern.';
comment on column restatements.first_date is 'First local date it is about; for a value its date.';
comment on column restatements.observed_date is 'Last local date it is about; for a value its date.';
comment on column restatements.old_date is 'Local date before, where it is another one now; else null.';
comment on column restatements.metric is 'Metric, as in observations.';
comment on column restatements.rule is 'Name of the pattern; empty text for anything else.';
comment on column restatements.old_value is 'Value before (of a usual range its median); null when there was none, or it was withheld.';
comment on column restatements.new_value is 'Value after; null when there is none any more, or it is withheld.';
comment on column restatements.old_lower_limit is 'Lower end of the usual range before, on the date of the largest change; null for anything else.';
comment on column restatements.old_upper_limit is 'Upper end of it before.';
comment on column restatements.new_lower_limit is 'Lower end of it after.';
comment on column restatements.new_upper_limit is 'Upper end of it after.';
comment on column restatements.unit is 'Unit of values and limits.';
comment on column restatements.old_grade is 'Grade before; null when there was no value.';
comment on column restatements.new_grade is 'Grade after; null when there is no value any more.';
comment on column restatements.old_verdict is 'Verdict before; null when there was no value, and for anything but a value.';
comment on column restatements.new_verdict is 'Verdict after; null when there is no value any more, and for anything but a value.';
comment on column restatements.cause is
'The leading cause: late_file, file_replaced, reader_changed, definition_changed, rule_changed, merge_changed, merge_undone, clock_corrected, answer_given, card_changed or not_known.';
comment on column restatements.causes is 'Every input that is another one than before, with what it was and is: the file by path and hash, the version, the merge, the answer.';

create table observed_subjects (
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    inputs varchar[] not null,
    primary key (subject_kind, subject_id)
);
comment on table observed_subjects is 'One row per subject: what its published values were made from, so that a change can be told its cause.';
comment on column observed_subjects.athlete_id is 'Athlete.';
comment on column observed_subjects.subject_kind is 'activity, beat_series, night or daily_value; athlete for the card and the files of one.';
comment on column observed_subjects.subject_id is 'Key of the subject, as in flags; for an athlete the athlete_id as text.';
comment on column observed_subjects.inputs is 'Each input as kind, name and state, such as "check rr_range=2 fail 3": version, outcome and number of rows.';

create table withdrawn_values (
    observation_id varchar primary key,
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    observed_date date not null,
    metric varchar not null,
    method varchar not null,
    reading varchar not null,
    device_id varchar not null,
    observed_value double,
    unit varchar not null,
    grade varchar not null,
    verdict varchar not null,
    definition_version integer not null,
    inputs varchar[] not null
);
comment on table withdrawn_values is 'One row per published value whose subject was taken out by a load, until its athlete is observed again.';
comment on column withdrawn_values.observation_id is 'Observation.';
comment on column withdrawn_values.athlete_id is 'Athlete.';
comment on column withdrawn_values.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column withdrawn_values.subject_id is 'Key of the subject that is gone.';
comment on column withdrawn_values.observed_date is 'Local date.';
comment on column withdrawn_values.metric is 'Metric, as in observations.';
comment on column withdrawn_values.method is 'Method, as in observations.';
comment on column withdrawn_values.reading is 'Reading, as in observations.';
comment on column withdrawn_values.device_id is 'Device, as in observations.';
comment on column withdrawn_values.observed_value is 'Value in the unit of the next column; null when it was withheld.';
comment on column withdrawn_values.unit is 'Unit of the value.';
comment on column withdrawn_values.grade is 'Grade it had.';
comment on column withdrawn_values.verdict is 'Verdict it had.';
comment on column withdrawn_values.definition_version is 'Version of the definition that had made it.';
comment on column withdrawn_values.inputs is 'What it was made from, as in observed_subjects.';

create table daily_sums (
    athlete_id integer not null,
    sum_date date not null,
    metric varchar not null,
    amount double not null,
    unit varchar not null,
    device_ids varchar[] not null,
    covered_s double not null,
    added_amount double not null,
    evidence varchar not null,
    definition_version integer not null,
    primary key (athlete_id, sum_date, metric)
);
comment on table daily_sums is 'One row per athlete, local date and thing counted: each moment counted by one device, never added across devices.';
comment on column daily_sums.athlete_id is 'Athlete.';
comment on column daily_sums.sum_date is 'Local date.';
comment on column daily_sums.metric is 'step_count: what was counted.';
comment on column daily_sums.amount is 'Sum over the day, in the unit of the next column.';
comment on column daily_sums.unit is 'Unit, such as count.';
comment on column daily_sums.device_ids is 'Devices it was taken from, in order of name.';
comment on column daily_sums.covered_s is 'Time of the day that some device counted (s).';
comment on column daily_sums.added_amount is 'What adding across devices would have given: shown, never used.';
comment on column daily_sums.evidence is 'Which device was chosen for how long and why, in words with figures.';
comment on column daily_sums.definition_version is 'Version of the rule.';

create table gaps (
    athlete_id integer not null,
    signal varchar not null check (signal in ('training', 'night', 'hrv', 'resting_heart_rate', 'wear')),
    start_date date not null,
    end_date date not null,
    day_count integer not null,
    cause varchar not null check (
        cause in ('not_worn', 'not_synced', 'file_failed', 'worn_no_training', 'rest_planned', 'excused', 'not_known')
    ),
    is_open boolean not null,
    evidence varchar not null,
    definition_version integer not null,
    primary key (athlete_id, signal, start_date)
);
comment on table gaps is 'One row per run of local dates on which one signal of an athlete is missing, with its cause.';
comment on column gaps.athlete_id is 'Athlete.';
comment on column gaps.signal is 'What is missing: training, night, hrv, resting_heart_rate or wear.';
comment on column gaps.start_date is 'First local date without it.';
comment on column gaps.end_date is 'Last local date without it.';
comment on column gaps.day_count is 'Number of those dates.';
comment on column gaps.cause is 'not_worn, not_synced, file_failed, worn_no_training, rest_planned, excused or not_known.';
comment on column gaps.is_open is 'Whether it lasts until the last date of the athlete''s data, so that it may still fill.';
comment on column gaps.evidence is 'What the cause was told by, in words with figures.';
comment on column gaps.definition_version is 'Version of the rules.';

create table patterns (
    pattern_id varchar primary key,
    athlete_id integer not null,
    pattern varchar not null,
    is_good_news boolean not null,
    start_date date not null,
    end_date date not null,
    metric varchar not null,
    pattern_value double not null,
    usual_value double,
    unit varchar not null,
    expected_error double,
    evidence_sd double,
    grade varchar not null check (grade in ('ok', 'doubtful')),
    earlier_held_count integer not null,
    earlier_day_count integer not null,
    components struct(component varchar, detail varchar, day_count integer)[] not null,
    observation_ids varchar[] not null,
    doubts varchar[] not null,
    remarks varchar[] not null,
    definition_version integer not null
);
comment on table patterns is 'One row per thing several observations show together: worth a look, never advice.';
comment on column patterns.pattern_id is 'Twelve hexadecimal digits made from athlete, pattern and first date.';
comment on column patterns.athlete_id is 'Athlete.';
comment on column patterns.pattern is 'Name of the rule, such as fatigue_pattern.';
comment on column patterns.is_good_news is 'Whether it is listed beside the concerns as good news.';
comment on column patterns.start_date is 'First local date it holds on.';
comment on column patterns.end_date is 'Last local date it holds on.';
comment on column patterns.metric is 'Metric of the two values.';
comment on column patterns.pattern_value is 'The value that stands out, in the unit named.';
comment on column patterns.usual_value is 'What it is held against; null where nothing is.';
comment on column patterns.unit is 'Unit of the values and the error.';
comment on column patterns.expected_error is 'Expected error of the difference, smaller in 80 % of cases; null when not known.';
comment on column patterns.evidence_sd is 'How far the last date lies from what is usual, in standard deviations of ordinary days, error included, near N(0, 1) on those; null when not known.';
comment on column patterns.grade is 'ok or doubtful; what is unusable makes no pattern.';
comment on column patterns.earlier_held_count is 'Number of the days of the next column on which the same rule held.';
comment on column patterns.earlier_day_count is 'Number of the 42 days before the first one on which the rule could be tried.';
comment on column patterns.components is 'What it is made of: name, detail in words, days it held.';
comment on column patterns.observation_ids is 'Observations it rests on.';
comment on column patterns.doubts is 'What could make this one otherwise, in words; empty when nothing is known.';
comment on column patterns.remarks is 'What is in no such pattern, such as heat, in words: no ground to doubt this one.';
comment on column patterns.definition_version is 'Version of the rule.';

create table untried_patterns (
    athlete_id integer not null,
    pattern varchar not null,
    untried_date date not null,
    why_not varchar not null,
    definition_version integer not null,
    primary key (athlete_id, pattern)
);
comment on table untried_patterns is 'One row per athlete and rule of a pattern that claims nothing on the last date, neither that it holds nor that it does not.';
comment on column untried_patterns.athlete_id is 'Athlete.';
comment on column untried_patterns.pattern is 'Name of the rule, such as pacing_drift.';
comment on column untried_patterns.untried_date is 'Last local date with a usable value of the athlete.';
comment on column untried_patterns.why_not is 'Why it could not be tried on that date, in words.';
comment on column untried_patterns.definition_version is 'Version of the rule.';

create table rule_rates (
    athlete_id integer not null,
    rule varchar not null,
    rule_kind varchar not null check (rule_kind in ('check', 'pattern', 'usual_range')),
    rule_version integer not null,
    month_date date not null,
    fires_per_100 double,
    lower_per_100 double,
    upper_per_100 double,
    ordinary_day_count integer not null,
    history_day_count integer not null,
    why_not varchar not null,
    bench_version varchar not null,
    primary key (athlete_id, rule),
    check ((fires_per_100 is null) = (why_not <> ''))
);
comment on table rule_rates is 'One row per athlete and rule that compares days: how often it fires on ordinary days, measured once a month.';
comment on column rule_rates.athlete_id is 'Athlete.';
comment on column rule_rates.rule is 'Name of the check or pattern, or outside_ and the metric for the rule of the usual range.';
comment on column rule_rates.rule_kind is 'check, pattern or usual_range.';
comment on column rule_rates.rule_version is 'Version of the rule.';
comment on column rule_rates.month_date is 'First date of the calendar month (UTC) it was measured in; with the athlete the seed of every draw.';
comment on column rule_rates.fires_per_100 is 'Days on which it fires, per 100 ordinary days on which it can be tried; null when not assessable.';
comment on column rule_rates.lower_per_100 is 'Lower end of the 95 % interval, per 100 ordinary days.';
comment on column rule_rates.upper_per_100 is 'Upper end of the 95 % interval, per 100 ordinary days.';
comment on column rule_rates.ordinary_day_count is 'Number of ordinary days drawn on which it was tried.';
comment on column rule_rates.history_day_count is 'Number of the athlete''s own days they were drawn from: with a value it reads, for a pattern on which it can be tried.';
comment on column rule_rates.why_not is 'Why there is no rate; empty when there is one.';
comment on column rule_rates.bench_version is 'Version of the measurement and of all rules it tries.';
