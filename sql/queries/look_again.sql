-- what no reader or several knew may be known by the readers of today
update source_files
set status = 'dropped'
where
    status = 'set_aside'
    and source_file_id in (
        select skipped_items.source_file_id from skipped_items
        where skipped_items.stop = 'recognise'
    );
