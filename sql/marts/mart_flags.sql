-- one row per segment of a subject that failed one check
create or replace view mart_flags as
with flagged as (
    select
        athlete_id,
        subject_kind,
        subject_id,
        check_name,
        check_version,
        segment_index,
        severity,
        start_s,
        end_s,
        row_count,
        evidence
    from flags
)

select * from flagged;
comment on view mart_flags is 'One row per segment of a subject that failed one check.';
comment on column mart_flags.athlete_id is 'Athlete.';
comment on column mart_flags.subject_kind is 'activity, beat_series, night or daily_value.';
comment on column mart_flags.subject_id is 'Key of the subject.';
comment on column mart_flags.check_name is 'Check that failed.';
comment on column mart_flags.check_version is 'Version of the check.';
comment on column mart_flags.segment_index is 'Number of the segment for this subject and check, from 0.';
comment on column mart_flags.severity is 'doubtful or unusable.';
comment on column mart_flags.start_s is 'Start of the segment (s after the start of the subject); null where time has no meaning.';
comment on column mart_flags.end_s is 'End of the segment (s after the start of the subject).';
comment on column mart_flags.row_count is 'Number of rows that failed.';
comment on column mart_flags.evidence is 'What was found, one line.';
