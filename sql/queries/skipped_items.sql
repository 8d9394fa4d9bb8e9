-- One row per file set aside, or per part of a file that was lost, with the folder it lies in, in order.
select
    skipped_items.athlete_id,
    athletes.folder,
    skipped_items.path,
    skipped_items.source_file_id,
    skipped_items.stop,
    skipped_items.kind,
    skipped_items.what,
    skipped_items.where_found,
    skipped_items.why,
    skipped_items.remedy
from skipped_items
left join athletes on skipped_items.athlete_id = athletes.athlete_id
order by all
