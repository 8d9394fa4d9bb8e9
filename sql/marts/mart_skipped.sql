-- one row per file set aside, or per part of a file that was lost
create or replace view mart_skipped as
with set_aside as (
    select
        skipped_items.athlete_id,
        athletes.folder,
        skipped_items.path,
        skipped_items.source_file_id,
        skipped_items.stop,
        skipped_items.kind,
        skipped_items.what,
        skipped_items.where_found,
        skipped_items.why,
        skipped_items.remedy
    from skipped_items
    left join athletes on skipped_items.athlete_id = athletes.athlete_id
)

select * from set_aside;
comment on view mart_skipped is 'One row per file set aside, or per part of a file that was lost.';
comment on column mart_skipped.athlete_id is 'Athlete whose folder it lies in; null when it lies beside those folders.';
comment on column mart_skipped.folder is 'That folder of the inbox; null beside them.';
comment on column mart_skipped.path is 'Path inside that folder.';
comment on column mart_skipped.source_file_id is 'Its content; null when it could not be hashed.';
comment on column mart_skipped.stop is 'Stop at which it happened: drop, recognise, read or observe.';
comment on column mart_skipped.kind is 'unknown, ambiguous, corrupt, partial, empty, unsafe, unreadable, duplicate, unfinished or unknown_name.';
comment on column mart_skipped.what is 'What was lost or set aside.';
comment on column mart_skipped.where_found is 'Byte, line or row where; empty when the whole file.';
comment on column mart_skipped.why is 'Why, in one line.';
comment on column mart_skipped.remedy is 'What to do about it.';
