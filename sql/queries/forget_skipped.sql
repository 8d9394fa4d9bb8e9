delete from skipped_items
where stop = $stop and source_file_id = any($source_file_ids::varchar[]);
