-- one row per source file whose place in the inbox a newer content of the same format has taken; what lies elsewhere in
-- the inbox, too, is left, and so is what is only gone
select
    older.source_file_id,
    newer.source_file_id as newer_id
from source_files as older
inner join inbox_files
    on
        older.athlete_id = inbox_files.athlete_id
        and older.path || coalesce('!' || older.member_path, '') = inbox_files.path
inner join source_files as newer on inbox_files.source_file_id = newer.source_file_id
where
    newer.source_file_id = any($source_file_ids::varchar[])
    and older.source_file_id <> newer.source_file_id
    and older.format = newer.format
    and older.status = 'loaded'
    and older.replaced_by_source_file_id is null
    and not exists (
        select 1 from inbox_files as others
        where others.source_file_id = older.source_file_id
    )
order by older.source_file_id, newer_id;
