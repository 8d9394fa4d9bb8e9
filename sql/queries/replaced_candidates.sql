-- one row per source file whose place in the inbox a newer content of the same format has taken; what lies elsewhere in
-- the inbox, too, is left, and so is what is only gone
with taken as (
    select
        newer.source_file_id as newer_id,
        newer.format,
        inbox_files.athlete_id,
        inbox_files.path
    from source_files as newer
    inner join inbox_files on newer.source_file_id = inbox_files.source_file_id
    where newer.source_file_id in (select unnest($source_file_ids::varchar[]))
),

loaded as (
    select
        source_file_id,
        athlete_id,
        format,
        path || coalesce('!' || member_path, '') as path
    from source_files
    where status = 'loaded' and replaced_by_source_file_id is null
)

select
    loaded.source_file_id,
    taken.newer_id
from taken
inner join loaded
    on
        taken.athlete_id = loaded.athlete_id
        and taken.path = loaded.path
        and taken.format = loaded.format
where
    loaded.source_file_id <> taken.newer_id
    and not exists (
        select 1 from inbox_files as others
        where others.source_file_id = loaded.source_file_id
    )
order by loaded.source_file_id, taken.newer_id;
