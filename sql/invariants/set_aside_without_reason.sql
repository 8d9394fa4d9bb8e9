-- Nothing is dropped without a word: what was set aside has its reason (an archive that is gone has none any more).
select source_files.*
from source_files
left join skipped_items on source_files.source_file_id = skipped_items.source_file_id
where
    source_files.status = 'set_aside'
    and source_files.format is distinct from 'archive'
    and skipped_items.source_file_id is null;
