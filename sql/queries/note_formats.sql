update source_files
set
    status = 'recognised',
    format = formats.format
from formats
where source_files.source_file_id = formats.source_file_id;
