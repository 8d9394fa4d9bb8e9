-- what was read in another time zone is read again, where the inbox still holds it
update source_files
set status = 'recognised'
where
    athlete_id = any($athlete_ids::integer[])
    and status in ('read', 'loaded')
    and format <> 'archive'
    and replaced_by_source_file_id is null
    and source_file_id in (select inbox_files.source_file_id from inbox_files);
