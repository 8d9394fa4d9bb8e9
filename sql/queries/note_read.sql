update source_files
set
    status = 'read',
    reader_version = reports.reader_version,
    is_partial = reports.is_partial
from reports
where source_files.source_file_id = reports.source_file_id;
