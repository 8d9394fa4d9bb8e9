-- problems of today are noted anew; those inside an archive that was not looked into again stay
delete from skipped_items
where
    athlete_id = $athlete_id
    and stop = 'drop'
    and (source_file_id is null or source_file_id = any($gone_ids::varchar[]));
