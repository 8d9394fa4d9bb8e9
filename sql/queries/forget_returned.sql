delete from skipped_items
where
    athlete_id = any($athlete_ids::integer[])
    and stop in ('recognise', 'read')
    and kind = 'unreadable'
    and source_file_id in (
        select source_files.source_file_id from source_files
        where source_files.status = 'dropped'
    );
