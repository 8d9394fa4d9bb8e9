-- a file that was set aside, of which nothing was ever read, is forgotten with its reasons: it is new when it returns
delete from source_files
where
    athlete_id = any($athlete_ids::integer[])
    and status = 'set_aside'
    and format is distinct from 'archive'
    and reader_version is null
    and not exists (
        select 1 from inbox_files
        where inbox_files.source_file_id = source_files.source_file_id
    );
