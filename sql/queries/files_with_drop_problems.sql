-- one row per athlete and source file about which a drop told a problem; null for what was never hashed
select distinct
    athlete_id,
    source_file_id
from skipped_items
where athlete_id is not null and stop = 'drop';
