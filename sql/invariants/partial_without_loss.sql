-- A file is partial exactly when it is said what was lost of it.
with lost as (
    select distinct source_file_id
    from skipped_items
    where stop = 'read' and kind = 'partial'
)

select source_files.*
from source_files
left join lost on source_files.source_file_id = lost.source_file_id
where
    source_files.status in ('read', 'loaded')
    and source_files.is_partial <> (lost.source_file_id is not null);
