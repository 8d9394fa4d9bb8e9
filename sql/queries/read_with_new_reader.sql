-- what an older version of its reader had read is read again, where the inbox still holds it
update source_files
set status = 'recognised'
from versions
where
    source_files.format = versions.format
    and source_files.status in ('read', 'loaded')
    and source_files.reader_version <> versions.reader_version
    and source_files.replaced_by_source_file_id is null
    and source_files.source_file_id in (select inbox_files.source_file_id from inbox_files);
