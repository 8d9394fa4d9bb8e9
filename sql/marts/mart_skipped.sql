-- one row per file set aside, or per part of a file that was lost
create or replace view mart_skipped as
with set_aside as (
    select
        athlete_id,
        path,
        source_file_id,
        stop,
        kind,
        what,
        where_found,
        why,
        remedy
    from skipped_items
)

select * from set_aside;
comment on view mart_skipped is 'One row per file set aside, or per part of a file that was lost.';
comment on column mart_skipped.athlete_id is 'Athlete whose folder it lies in.';
comment on column mart_skipped.path is 'Path inside the athlete''s folder.';
comment on column mart_skipped.source_file_id is 'Its content; null when it could not be hashed.';
comment on column mart_skipped.stop is 'Stop at which it happened: drop, recognise or read.';
comment on column mart_skipped.kind is 'unknown, ambiguous, corrupt, partial, empty, unsafe, unreadable, duplicate or unfinished.';
comment on column mart_skipped.what is 'What was lost or set aside.';
comment on column mart_skipped.where_found is 'Byte, line or row where; empty when the whole file.';
comment on column mart_skipped.why is 'Why, in one line.';
comment on column mart_skipped.remedy is 'What to do about it.';
