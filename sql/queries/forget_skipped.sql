delete from skipped_items
where stop = $stop and source_file_id in (select unnest($source_file_ids::varchar[]));
