-- What the checks found, and what each subject may be used for.

create table flags (
    athlete_id integer not null,
    subject_kind varchar not null check (subject_kind in ('activity', 'beat_series', 'night', 'daily_value')),
    subject_id varchar not null,
    check_name varchar not null,
    check_version integer not null,
    segment_index integer not null,
    severity varchar not null check (severity in ('doubtful', 'unusable')),
    start_s double,
    end_s double,
    row_count integer not null,
    row_indices integer[],
    evidence varchar not null,
    primary key (subject_kind, subject_id, check_name, segment_index)
);
comment on table flags is 'One row per segment of a subject that failed one check.';
comment on column flags.athlete_id is 'Athlete.';
comment on column flags.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column flags.subject_id is 'Key of the subject; for a daily value its metric, method, device and date joined by |.';
comment on column flags.check_name is 'Check that failed.';
comment on column flags.check_version is 'Version of the check.';
comment on column flags.segment_index is 'Number of the segment for this subject and check, from 0.';
comment on column flags.severity is 'What the flag can do to a grade: doubtful or unusable.';
comment on column flags.start_s is 'Start of the segment (s after the start of the subject); null where time has no meaning.';
comment on column flags.end_s is 'End of the segment (s after the start of the subject).';
comment on column flags.row_count is 'Number of rows in the segment that failed.';
comment on column flags.row_indices is 'record_index or beat_index of those rows; null when the whole subject failed.';
comment on column flags.evidence is 'What was found, in words and numbers, one line.';

create table check_outcomes (
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    check_name varchar not null,
    check_version integer not null,
    outcome varchar not null check (outcome in ('pass', 'fail', 'not_assessable')),
    why varchar not null,
    primary key (subject_kind, subject_id, check_name)
);
comment on table check_outcomes is 'One row per subject and check: three-valued, null is never a pass.';
comment on column check_outcomes.athlete_id is 'Athlete.';
comment on column check_outcomes.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column check_outcomes.subject_id is 'Key of the subject, as in flags.';
comment on column check_outcomes.check_name is 'Check.';
comment on column check_outcomes.check_version is 'Version of the check.';
comment on column check_outcomes.outcome is 'pass, fail or not_assessable.';
comment on column check_outcomes.why is 'Why it could not be assessed; empty otherwise.';

create table verdicts (
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    subject_date date not null,
    purpose varchar not null,
    verdict varchar not null check (verdict in ('usable', 'not_usable', 'not_assessable')),
    expected_error double,
    error_limit double,
    unit varchar not null,
    reasons varchar[] not null,
    reason_shares double[],
    grade varchar check (grade in ('ok', 'doubtful', 'unusable')),
    limits_version varchar not null,
    primary key (subject_kind, subject_id, purpose)
);
comment on table verdicts is 'One row per subject and purpose: what its values may be used for.';
comment on column verdicts.athlete_id is 'Athlete.';
comment on column verdicts.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column verdicts.subject_id is 'Key of the subject, as in flags.';
comment on column verdicts.subject_date is 'Local date of the subject; of the end for a night.';
comment on column verdicts.purpose is 'distance, mean_pace, splits, bests, decoupling, load, hr_zones, hrv_day, hrv_baseline, resting_hr or sleep_duration.';
comment on column verdicts.verdict is 'usable, not_usable or not_assessable.';
comment on column verdicts.expected_error is 'Expected error, smaller in 80 % of cases, in the unit of the purpose; null when not known.';
comment on column verdicts.error_limit is 'Largest expected error that is still usable for the purpose; null when the purpose has none.';
comment on column verdicts.unit is 'Unit of both, such as ln_ms, bpm, fraction or s.';
comment on column verdicts.reasons is 'Checks and limits that decided, largest share first.';
comment on column verdicts.reason_shares is 'Share of the squared expected error of each reason, in the same order; 0 for a hard violation or rule.';
comment on column verdicts.grade is 'ok, doubtful or unusable: what an observation of this subject for this purpose is graded; null when not graded.';
comment on column verdicts.limits_version is 'Version of the table of limits.';

create table facts (
    athlete_id integer not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    fact varchar not null,
    fact_value double,
    unit varchar not null,
    primary key (subject_kind, subject_id, fact)
);
comment on table facts is 'One row per subject and figure that verdicts and expected errors rest on.';
comment on column facts.athlete_id is 'Athlete.';
comment on column facts.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column facts.subject_id is 'Key of the subject, as in flags.';
comment on column facts.fact is 'Name of the figure, such as pair_count, flagged_fraction or error_sampling.';
comment on column facts.fact_value is 'Figure, in the unit of the next column; null when it could not be computed.';
comment on column facts.unit is 'Unit, such as ms, ln_ms, fraction, s or count.';
