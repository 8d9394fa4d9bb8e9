update source_files
set status = 'loaded'
where source_file_id = any($source_file_ids::varchar[]);
