delete from skipped_items
where
    stop = 'recognise'
    and source_file_id in (
        select source_files.source_file_id from source_files
        where source_files.status = 'dropped'
    );
