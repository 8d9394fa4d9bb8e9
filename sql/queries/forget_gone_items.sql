-- why a file was set aside is told as long as the inbox holds it
delete from skipped_items
where
    athlete_id = any($athlete_ids::integer[])
    and stop in ('recognise', 'read')
    and source_file_id in (
        select source_files.source_file_id from source_files
        where source_files.status = 'set_aside' and source_files.reader_version is null
    )
    and not exists (
        select 1 from inbox_files
        where inbox_files.source_file_id = skipped_items.source_file_id
    );
