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

create table merged_activities (
    athlete_id integer not null,
    merge_id varchar not null,
    activity_id varchar primary key,
    is_main boolean not null,
    is_chosen_for_movement boolean not null,
    is_chosen_for_heart_rate boolean not null,
    is_chosen_for_decoupling boolean not null,
    overlap_fraction double,
    start_difference_s double,
    distance_difference_fraction double,
    shape_distance_m double,
    reason varchar not null,
    definition_version integer not null
);
comment on table merged_activities is 'One row per activity that is one and the same with others of its merge.';
comment on column merged_activities.athlete_id is 'Athlete.';
comment on column merged_activities.merge_id is 'Twelve hexadecimal digits made from the activities in it.';
comment on column merged_activities.activity_id is 'Activity, as in activities; it stays as it was read.';
comment on column merged_activities.is_main is 'Whether it stands for the merge in lists and counts: exactly one does.';
comment on column merged_activities.is_chosen_for_movement is 'Whether distance and pace are taken from it: exactly one is, or none has any.';
comment on column merged_activities.is_chosen_for_heart_rate is 'Whether heart rate is taken from it: exactly one is, or none has any.';
comment on column merged_activities.is_chosen_for_decoupling is 'Whether decoupling is taken from it: the one that has both best, or none has.';
comment on column merged_activities.overlap_fraction is 'Overlap in time with the main one as a fraction of the shorter.';
comment on column merged_activities.start_difference_s is 'Start minus that of the main one (s).';
comment on column merged_activities.distance_difference_fraction is 'Difference of stated or recorded distance as a fraction; null when one has none.';
comment on column merged_activities.shape_distance_m is 'Median distance between both tracks at equal times (m); null when one has no positions.';
comment on column merged_activities.reason is 'Why it was taken for the same, in words.';
comment on column merged_activities.definition_version is 'Version of the rule.';

create table merge_undos (
    athlete_id integer not null,
    activity_id varchar not null,
    other_activity_id varchar not null,
    merge_id varchar not null,
    primary key (activity_id, other_activity_id)
);
comment on table merge_undos is 'One row per pair of activities that a person said are not the same: it stays so.';
comment on column merge_undos.athlete_id is 'Athlete.';
comment on column merge_undos.activity_id is 'One of the pair, the lesser by name.';
comment on column merge_undos.other_activity_id is 'The other.';
comment on column merge_undos.merge_id is 'Merge that was taken back: name it to have it again.';

create table activity_pairs (
    athlete_id integer not null,
    activity_id varchar not null,
    other_activity_id varchar not null,
    overlap_fraction double not null,
    union_fraction double not null,
    start_difference_s double not null,
    clock_shift_s integer not null,
    duration_difference_fraction double,
    distance_difference_fraction double,
    shape_distance_m double,
    heart_rate_difference_bpm double,
    is_same boolean not null,
    reason varchar not null,
    definition_version integer not null,
    primary key (activity_id, other_activity_id)
);
comment on table activity_pairs is 'One row per two activities of an athlete that could be one and the same, held against each other.';
comment on column activity_pairs.athlete_id is 'Athlete.';
comment on column activity_pairs.activity_id is 'One of the two, the lesser by name.';
comment on column activity_pairs.other_activity_id is 'The other.';
comment on column activity_pairs.overlap_fraction is 'Common time as a fraction of the shorter, after the shift.';
comment on column activity_pairs.union_fraction is 'Common time as a fraction of the time either covers, after the shift.';
comment on column activity_pairs.start_difference_s is 'Start of the other minus that of the one (s), before any shift.';
comment on column activity_pairs.clock_shift_s is 'Time added to the clock of the other to compare them (s); 0 where the clocks agree.';
comment on column activity_pairs.duration_difference_fraction is 'Difference of duration as a fraction of the longer; null when not known.';
comment on column activity_pairs.distance_difference_fraction is 'Difference of distance as a fraction of the longer; null when one has none.';
comment on column activity_pairs.shape_distance_m is 'Median distance between both tracks at equal times (m); null when one has no positions.';
comment on column activity_pairs.heart_rate_difference_bpm is 'Median difference of heart rate at equal times (bpm); null when one has none.';
comment on column activity_pairs.is_same is 'Whether they are taken for one and the same.';
comment on column activity_pairs.reason is 'Why, or why not, in words.';
comment on column activity_pairs.definition_version is 'Version of the rule.';

create table clock_doubts (
    athlete_id integer not null,
    subject_kind varchar not null check (subject_kind in ('activity', 'beat_series', 'night')),
    subject_id varchar not null,
    label varchar not null check (label in ('sure', 'doubtful', 'corrected')),
    shift_s integer,
    utc_offset_s integer,
    local_date date,
    rule varchar not null,
    evidence varchar not null,
    definition_version integer not null,
    primary key (subject_kind, subject_id)
);
comment on table clock_doubts is 'One row per activity, beat series and night: how sure its clock is, and by what.';
comment on column clock_doubts.athlete_id is 'Athlete.';
comment on column clock_doubts.subject_kind is 'activity, beat_series or night.';
comment on column clock_doubts.subject_id is 'Its key.';
comment on column clock_doubts.label is 'sure, doubtful, or corrected: by the rule named below.';
comment on column clock_doubts.shift_s is 'Time added to its clock where it was corrected (s); else null.';
comment on column clock_doubts.utc_offset_s is 'Local time minus UTC (s) that its local dates rest on; null when not known.';
comment on column clock_doubts.local_date is 'Local date it counts for; null where its clock does not say which day it was.';
comment on column clock_doubts.rule is 'Name of the rule that decided.';
comment on column clock_doubts.evidence is 'What it decided by, in words with figures.';
comment on column clock_doubts.definition_version is 'Version of the rules.';
