-- nothing of it is loaded any more, so nothing of it is lost
update source_files
set
    replaced_by_source_file_id = replaced.newer_id,
    is_partial = false
from replaced
where source_files.source_file_id = replaced.source_file_id;
