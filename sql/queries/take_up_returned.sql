-- a file that was set aside because it had vanished is taken up again when it lies in the inbox once more
update source_files
set status = 'dropped'
where
    athlete_id = any($athlete_ids::integer[])
    and status = 'set_aside'
    and source_file_id in (
        select skipped_items.source_file_id
        from skipped_items
        inner join inbox_files on skipped_items.source_file_id = inbox_files.source_file_id
        where skipped_items.stop in ('recognise', 'read') and skipped_items.kind = 'unreadable'
    );
