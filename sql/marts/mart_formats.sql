-- one row per athlete, format, reader version and status of dropped files
create or replace view mart_formats as
with counted as (
    select
        athlete_id,
        coalesce(format, '') as format,
        coalesce(reader_version, '') as reader_version,
        status,
        count(*) as file_count,
        count(*) filter (where is_partial) as partial_count,
        sum(size_bytes)::bigint as size_bytes
    from source_files
    group by athlete_id, coalesce(format, ''), coalesce(reader_version, ''), status
)

select * from counted;
comment on view mart_formats is 'One row per athlete, format, reader version and status: the dropped files by what became of them.';
comment on column mart_formats.athlete_id is 'Athlete.';
comment on column mart_formats.format is 'Format that was recognised; empty text when none was.';
comment on column mart_formats.reader_version is 'Version of the reader that read them; empty text when none did.';
comment on column mart_formats.status is 'dropped, recognised, read, loaded or set_aside.';
comment on column mart_formats.file_count is 'Number of files.';
comment on column mart_formats.partial_count is 'Number of them that were read in part.';
comment on column mart_formats.size_bytes is 'Size of them together (bytes).';
