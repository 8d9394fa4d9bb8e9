-- one row per source file about which a drop told a problem; null for what was never hashed
select distinct source_file_id
from skipped_items
where athlete_id = $athlete_id and stop = 'drop';
