-- one row per activity, beat series and night: how sure its clock is
create or replace view mart_clock_doubts as
with dated as (
    select
        clock_doubts.athlete_id,
        clock_doubts.subject_kind,
        clock_doubts.subject_id,
        clock_doubts.label,
        clock_doubts.shift_s,
        clock_doubts.utc_offset_s,
        clock_doubts.local_date,
        clock_doubts.rule,
        clock_doubts.evidence,
        coalesce(source_files.member_path, source_files.path) as source_path,
        clock_doubts.definition_version
    from clock_doubts
    left join source_files on split_part(clock_doubts.subject_id, ':', 1) = source_files.source_file_id
)

select * from dated;
comment on view mart_clock_doubts is 'One row per activity, beat series and night: how sure its clock is, and by what.';
comment on column mart_clock_doubts.athlete_id is 'Athlete.';
comment on column mart_clock_doubts.subject_kind is 'activity, beat_series or night.';
comment on column mart_clock_doubts.subject_id is 'Its key.';
comment on column mart_clock_doubts.label is 'sure, doubtful or corrected.';
comment on column mart_clock_doubts.shift_s is 'Time added to its clock where it was corrected (s); else null.';
comment on column mart_clock_doubts.utc_offset_s is 'Local time minus UTC (s) that its local date rests on; null when not known.';
comment on column mart_clock_doubts.local_date is 'Local date it counts for; null where its clock does not say which day it was.';
comment on column mart_clock_doubts.rule is 'Name of the rule that decided.';
comment on column mart_clock_doubts.evidence is 'What it decided by, in words with figures.';
comment on column mart_clock_doubts.source_path is 'Path of its file in the athlete''s folder, or inside its zip.';
comment on column mart_clock_doubts.definition_version is 'Version of the rules.';
