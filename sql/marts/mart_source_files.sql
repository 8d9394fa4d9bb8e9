-- one row per dropped export or member of an archive
create or replace view mart_source_files as
with files as (
    select
        source_files.source_file_id,
        source_files.athlete_id,
        source_files.path,
        source_files.parent_source_file_id,
        source_files.member_path,
        source_files.size_bytes,
        source_files.status,
        source_files.format,
        source_files.reader_version,
        source_files.is_partial
    from source_files
)

select * from files;
comment on view mart_source_files is 'One row per dropped export or member of an archive, by content.';
comment on column mart_source_files.source_file_id is 'First 16 hexadecimal digits of the SHA-256.';
comment on column mart_source_files.athlete_id is 'Athlete whose folder it was dropped in.';
comment on column mart_source_files.path is 'Path inside the athlete''s folder when first seen.';
comment on column mart_source_files.parent_source_file_id is 'The archive that holds it; null for a file of its own.';
comment on column mart_source_files.member_path is 'Path inside that archive; null for a file of its own.';
comment on column mart_source_files.size_bytes is 'Size (bytes).';
comment on column mart_source_files.status is 'How far it has come: dropped, recognised, read, loaded, or set_aside.';
comment on column mart_source_files.format is 'Name of the one reader that said yes; null before or when set aside.';
comment on column mart_source_files.reader_version is 'Version of that reader when it read the file.';
comment on column mart_source_files.is_partial is 'True when something in the file was lost; mart_skipped says what.';
