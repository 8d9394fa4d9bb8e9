update stream_files
set path = $path
from held
where
    stream_files.stream = held.stream
    and stream_files.source_file_id = held.source_file_id
    and stream_files.month = held.month;
