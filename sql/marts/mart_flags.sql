-- one row per segment of a subject that failed one check
create or replace view mart_flags as
with
subjects as (
    select
        'activity' as subject_kind,
        activity_id as subject_id,
        local_date as subject_date,
        start_at_utc,
        epoch(end_at_utc) - epoch(start_at_utc) as span_s
    from stg_activities
    union all
    select
        'beat_series' as subject_kind,
        series_id as subject_id,
        local_date as subject_date,
        start_at_utc,
        epoch(end_at_utc) - epoch(start_at_utc) as span_s
    from stg_beat_series
    union all
    select
        'night' as subject_kind,
        night_id as subject_id,
        night_date as subject_date,
        start_at_utc,
        epoch(end_at_utc) - epoch(start_at_utc) as span_s
    from stg_nights
),

flagged as (
    select
        flags.athlete_id,
        flags.subject_kind,
        flags.subject_id,
        subjects.subject_date,
        subjects.start_at_utc,
        subjects.span_s,
        flags.check_name,
        flags.check_version,
        flags.segment_index,
        flags.severity,
        flags.start_s,
        flags.end_s,
        flags.row_count,
        flags.evidence
    from flags
    left join subjects on flags.subject_kind = subjects.subject_kind and flags.subject_id = subjects.subject_id
)

select * from flagged;
comment on view mart_flags is 'One row per segment of a subject that failed one check.';
comment on column mart_flags.athlete_id is 'Athlete.';
comment on column mart_flags.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column mart_flags.subject_id is 'Key of the subject.';
comment on column mart_flags.subject_date is 'Local date of the subject; null for a daily value, whose key ends with it, and where no clock tells it.';
comment on column mart_flags.start_at_utc is 'Start of the subject (UTC); null for a daily value.';
comment on column mart_flags.span_s is 'Time from start to end of the subject by the clock (s); null for a daily value.';
comment on column mart_flags.check_name is 'Check that failed.';
comment on column mart_flags.check_version is 'Version of the check.';
comment on column mart_flags.segment_index is 'Number of the segment for this subject and check, from 0.';
comment on column mart_flags.severity is 'doubtful or unusable.';
comment on column mart_flags.start_s is 'Start of the segment (s after the start of the subject); null where time has no meaning.';
comment on column mart_flags.end_s is 'End of the segment (s after the start of the subject).';
comment on column mart_flags.row_count is 'Number of rows that failed.';
comment on column mart_flags.evidence is 'What was found, one line.';
