-- One row per file set aside, or per part of a file that was lost, in order.
select
    athlete_id,
    path,
    source_file_id,
    stop,
    kind,
    what,
    where_found,
    why,
    remedy
from skipped_items
order by athlete_id, path, stop, kind, where_found, what
